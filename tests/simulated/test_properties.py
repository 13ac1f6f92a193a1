"""What a phone says of itself."""

from pathlib import Path

import pytest

from sideload.errors import UsageError
from sideload.simulated.android import properties
from tests.simulated.conftest import Connect, Start


@pytest.mark.parametrize("table", [{"a b": "c"}, {"a=b": "c"}, {"": "c"}, {"a": "b\nro.x=y"}])
def test_a_property_that_would_change_others_is_refused(table: dict[str, str]) -> None:
    with pytest.raises(UsageError, match="is not a property"):
        properties.check(table)


def test_properties_are_written_one_a_line(tmp_path: Path) -> None:
    properties.write({"b": "1=2", "a": ""}, tmp_path / "build.prop")

    assert (tmp_path / "build.prop").read_text() == "a=\nb=1=2\n"


def test_own_properties_win_over_the_usual_ones(start: Start, connect: Connect) -> None:
    own = {"ro.product.model": "Pixel 31 = ü", "ro.product.cpu.abi": "armeabi-v7a", "x.y": "z"}
    client = connect(start(properties=own))

    assert client.run("getprop ro.product.model").out.decode() == "Pixel 31 = ü\n"
    assert client.run("getprop x.y").out == b"z\n"
    assert client.run("getprop ro.product.cpu.abilist").out == b"armeabi-v7a\n"
    assert client.run("getprop ro.sideload.simulated").out == b"1\n"


def test_a_phone_has_the_instruction_set_of_its_host(start: Start, connect: Connect) -> None:
    abi = connect(start()).run("getprop ro.product.cpu.abi").out.decode().strip()

    assert abi == properties.host_abi()
    assert abi in {"x86_64", "arm64-v8a"}
