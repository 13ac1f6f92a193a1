import pytest

from sideload import platforms, transports
from sideload.errors import UnknownAdapterError
from sideload.host import discover, machine

REACHED = [name for name in discover.names("platforms") if platforms.get(name).transports]


@pytest.mark.parametrize("name", REACHED)
def test_a_platform_is_reached_by_transports_that_exist(name: str) -> None:
    found = platforms.get(name).transports

    assert found
    assert set(found) <= set(discover.names("transports"))
    assert all(transports.get(transport) for transport in found)


@pytest.mark.parametrize("name", REACHED)
def test_a_platform_promises_only_what_a_runner_can_be_made_for(name: str) -> None:
    abis = platforms.get(name).abis()

    assert set(abis) <= set(machine.SUPPORTED)
    assert abis[0] == machine.abi()


def test_android_has_a_simulated_phone_and_linux_needs_none() -> None:
    assert platforms.get("android").simulated in discover.names("simulated")
    assert platforms.get("linux").simulated == ""


def test_only_ios_is_not_reached_and_says_what_is_not_known_of_it() -> None:
    assert set(discover.names("platforms")) - set(REACHED) == {"ios"}
    ios = platforms.get("ios")

    assert ios.abis() == ()
    assert ios.facts(b"anything").unknown == ("an iPhone has no shell to ask",)


def test_an_unknown_platform_is_refused_with_those_there_are() -> None:
    with pytest.raises(UnknownAdapterError, match="no platform called 'windows'") as caught:
        platforms.get("windows")

    assert "android, ios, linux" in caught.value.remedy
