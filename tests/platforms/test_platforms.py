import pytest

from sideload import platforms, transports
from sideload.errors import UnknownAdapterError
from sideload.host import discover, machine


@pytest.mark.parametrize("name", discover.names("platforms"))
def test_a_platform_is_reached_by_transports_that_exist(name: str) -> None:
    found = platforms.get(name).transports

    assert found
    assert set(found) <= set(discover.names("transports"))
    assert all(transports.get(transport) for transport in found)


@pytest.mark.parametrize("name", discover.names("platforms"))
def test_a_platform_promises_only_what_a_runner_can_be_made_for(name: str) -> None:
    abis = platforms.get(name).abis()

    assert set(abis) <= set(machine.SUPPORTED)
    assert abis[0] == machine.abi()


def test_android_has_a_simulated_phone_and_linux_needs_none() -> None:
    assert platforms.get("android").simulated in discover.names("simulated")
    assert platforms.get("linux").simulated == ""


def test_an_unknown_platform_is_refused_with_those_there_are() -> None:
    with pytest.raises(UnknownAdapterError, match="no platform called 'windows'") as caught:
        platforms.get("windows")

    assert "android, linux" in caught.value.remedy
