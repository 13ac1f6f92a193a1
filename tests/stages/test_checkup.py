"""What `doctor` says of simulated phones: well ones, and those that something is wrong with."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Protocol

import pytest

from sideload import platforms, simulated
from sideload.errors import RefusedError
from sideload.facts import PhoneFacts
from sideload.host import clock, targets
from sideload.stages import _probe
from sideload.stages.checkup import FIGURES, checks, checkup
from sideload.values import Check, Device

ANDROID = targets.read("android")
WELL = _probe.Probe(is_whole=True, complaint="", can_write=True, can_run=True, lacks=())
PHONE = Device(
    serial="39111FDJH00ABC",
    transport="adb",
    simulated=False,
    model="Pixel 8",
    system="Android 15",
    abi=platforms.get("android").abis()[0],
)
FIT = PhoneFacts(free_bytes=10**10, clock_s=clock.unix_ns() // 10**9, screen="on")


class CheckUp(Protocol):
    """The rows of a phone with these faults, by name."""

    def __call__(self, *faults: str, **state: str) -> dict[str, Check]: ...


@pytest.fixture
def checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[CheckUp]:
    monkeypatch.setenv("SIDELOAD_RUNTIME_DIR", str(tmp_path / "runtime"))
    with ExitStack() as phones:

        def check(*faults: str, **state: str) -> dict[str, Check]:
            properties = {
                f"sideload.{name.replace('_', '.')}": each for name, each in state.items()
            }
            started = simulated.get("android").start(
                tmp_path / "root", faults=faults, properties=properties
            )
            phone = phones.enter_context(started)
            return {row.name: row for row in checkup(ANDROID, phone.address)}

        yield check


def wrong(rows: dict[str, Check]) -> dict[str, str]:
    """What is found wrong, less the load of the machine that the tests run on."""
    return {name: row.found for name, row in rows.items() if not row.ok and name != "load"}


def test_a_phone_that_is_well_passes_every_check(checked: CheckUp) -> None:
    rows = checked()

    assert wrong(rows) == {}
    assert rows["phone"].found.startswith("Sideload Simulated Phone, 127.0.0.1:")
    assert rows["store"].found == ANDROID.device_root
    assert rows["execution"].found == "yes"
    assert rows["clock"].found == "right"
    assert rows["battery"].found == "100 % 25.0 °C full"
    assert rows["heat"].found == "31.0 °C simulated-skin, throttled: no"


@pytest.mark.parametrize(
    ("fault", "row", "found", "remedy"),
    [
        ("noexec", "execution", "not in /data/local/tmp/sideload", "mounted noexec"),
        ("read-only", "store", "Read-only file system", "set device_root"),
        ("no-permission", "store", "Permission denied", "set device_root"),
        ("no-sha256sum", "programs", "without sha256sum", "Android 8 or newer"),
        ("small-disk=100000000", "free space", "MB", "sideload clean"),
        ("odd-facts", "instruction set", "unknown", "--device simulated"),
    ],
)
def test_what_the_road_cannot_do_without_is_required(
    checked: CheckUp, fault: str, row: str, found: str, remedy: str
) -> None:
    rows = checked(fault)

    assert found in wrong(rows)[row]
    assert remedy in rows[row].remedy
    assert not rows[row].needed_for.startswith("(")


def test_what_only_makes_figures_doubtful_is_optional(checked: CheckUp) -> None:
    state = {"battery_level": "9", "screen": "off", "saver": "1", "thermal_status": "3"}
    rows = checked("epoch-clock", **state)

    assert wrong(rows) == {
        "clock": "wrong",
        "screen": "off",
        "heat": "it throttled (severe)",
        "saver": "its battery saver was on",
        "battery": "its battery was down to 9 %",
    }
    assert all(rows[name].needed_for.startswith("(") for name in wrong(rows))
    assert rows["saver"].remedy == "adb shell settings put global low_power 0"
    assert rows["battery"].needed_for == FIGURES


def test_a_check_up_leaves_nothing_on_the_phone(checked: CheckUp, tmp_path: Path) -> None:
    checked()

    assert list((tmp_path / "root/data/local/tmp/sideload").iterdir()) == []


def test_a_phone_that_is_not_there_is_an_error_with_its_remedy() -> None:
    with pytest.raises(RefusedError, match=r"127\.0\.0\.1:1"):
        checkup(ANDROID, "127.0.0.1:1")


def test_an_answer_that_breaks_off_says_nothing_good() -> None:
    torn = _probe.parse(b"write=1\nrun=1\nlac", b"")
    (row,) = [row for row in checks(PHONE, FIT, torn, ANDROID) if row.name == "store"]

    assert (torn.can_write, torn.can_run) == (False, False)
    assert (row.ok, row.found) == (False, f"{ANDROID.device_root}: broke off")


def test_a_lying_list_of_missing_programs_names_only_ours() -> None:
    lies = _probe.parse(b"write=1\nrun=1\nlacks=dd\nlacks=\x1b[31mrm\nend=1\n", b"\xff")

    assert lies.lacks == ("dd",)


def test_a_processor_of_32_bits_is_refused_with_those_that_are_not() -> None:
    old = replace(PHONE, abi="armeabi-v7a")
    (row,) = [row for row in checks(old, FIT, WELL, ANDROID) if row.name == "instruction set"]

    assert (row.ok, row.found) == (False, "armeabi-v7a")
    assert "x86_64" in row.remedy


def test_a_phone_of_which_nothing_is_known_is_not_called_unfit() -> None:
    rows = checks(PHONE, PhoneFacts(), WELL, ANDROID)
    required = [row for row in rows if not row.needed_for.startswith("(")]

    assert all(row.ok for row in required if row.name != "instruction set")
    assert {row.found for row in rows if row.needed_for == FIGURES} <= {
        *("unknown", "unknown, throttled: unknown"),
    }


@pytest.mark.parametrize(("off_s", "is_right"), [(0, True), (-80_000, True), (-90_000, False)])
def test_a_clock_may_be_hours_off_and_not_days(off_s: int, is_right: bool) -> None:
    late = replace(FIT, clock_s=clock.unix_ns() // 10**9 + off_s)
    (row,) = [row for row in checks(PHONE, late, WELL, ANDROID) if row.name == "clock"]

    assert row.ok is is_right
