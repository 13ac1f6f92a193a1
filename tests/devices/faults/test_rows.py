"""Every row of the table holds, and after each of them the phone is as it should be."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from sideload.errors import DeviceError, TransferError
from sideload.simulated import RunningPhone, Simulator
from sideload.simulated.android import faults
from sideload.simulated.android.faults import apps
from tests.devices.faults import bench
from tests.devices.faults.bench import Bench
from tests.devices.faults.rows import ROWS, Row, fails, fine


@contextmanager
def faulty(
    row: Row, phone: RunningPhone, simulator: Simulator, tmp_path: Path
) -> Iterator[RunningPhone]:
    """The phone with the row's fault: one of its own, or the common one for a moment."""
    if row.ends_phone:
        with simulator.start(tmp_path / "phone", faults=row.fault.split()) as own:
            yield own
    else:
        shutil.rmtree(phone.root / bench.ROOT.lstrip("/"), ignore_errors=True)
        with simulator.faulty(phone, *row.fault.split()):
            yield phone


@contextmanager
def sound(
    row: Row, phone: RunningPhone, simulator: Simulator, tmp_path: Path
) -> Iterator[RunningPhone]:
    """The same phone without its fault."""
    if row.ends_phone:
        with simulator.start(tmp_path / "phone") as own:
            yield own
    else:
        yield phone


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.fault} {row.act.__name__}")
def test_a_fault_ends_as_its_row_says_and_the_next_run_succeeds(
    row: Row, phone: RunningPhone, simulator: Simulator, folder: Path, tmp_path: Path
) -> None:
    check(row, phone, simulator, folder, tmp_path)


@pytest.mark.parametrize(
    "row",
    [
        fine("no-payload", bench.connect),
        fails("no-df", bench.deploy, DeviceError, "", ""),
        fails("no-payload", bench.connect, TransferError, "", ""),
        fails("no-payload", bench.connect, DeviceError, "other words", ""),
        fails("no-payload", bench.connect, DeviceError, "", "other words"),
    ],
)
def test_a_row_that_is_not_true_fails(
    row: Row, phone: RunningPhone, simulator: Simulator, folder: Path, tmp_path: Path
) -> None:
    with pytest.raises(AssertionError):
        check(row, phone, simulator, folder, tmp_path)


def test_whatever_is_half_written_is_found(phone: RunningPhone, folder: Path) -> None:
    tried = Bench(phone=phone, folder=folder)
    bench.deploy(tried)
    store = tried.on_host(bench.ROOT)
    object_ = next((store / "objects").iterdir())
    object_.write_bytes(b"half")
    (store / "objects" / ("0" * 64)).mkdir()
    (store / "deployments" / bench.KEY / "runner").unlink()

    assert sorted(line.partition(" ")[2] for line in bench.problems(tried)) == [
        "is no file",
        "is something else",
        "names what is not there",
    ]
    shutil.rmtree(store)


def check(
    row: Row, phone: RunningPhone, simulator: Simulator, folder: Path, tmp_path: Path
) -> None:
    """Do what the row says, and look at everything that must hold."""
    with faulty(row, phone, simulator, tmp_path) as spoilt:
        tried = Bench(phone=spoilt, folder=folder, timeout_s=row.timeout_s)
        error = _error(row, tried)

    assert isinstance(error, row.error or type(None)), error
    if error is not None:
        assert row.problem in error.problem
        assert row.remedy in error.remedy
    assert bench.problems(tried) == []
    with sound(row, phone, simulator, tmp_path) as well:
        again = Bench(phone=well, folder=folder, timeout_s=10.0)
        bench.until_there(again)
        bench.deploy(again)
        assert bench.problems(again) == []
        assert bench.is_deployed(again)


def _error(row: Row, tried: Bench) -> DeviceError | None:
    try:
        row.act(tried)
    except DeviceError as error:
        return error
    return None


def test_every_fault_has_a_row() -> None:
    # Those of apps need one; what our side says to them is in tests/stages/app.
    known = {fault.name for fault in faults.FAULTS if fault.__module__ != apps.__name__}
    assert known - {row.name for row in ROWS} == set()


def test_there_are_at_least_sixty_faults_with_names_of_their_own() -> None:
    assert len({fault.name for fault in faults.FAULTS}) == len(faults.FAULTS) >= 60


def test_every_row_asks_for_a_fault_that_there_is() -> None:
    assert all(faults.parse(row.fault.split()) for row in ROWS)


def test_every_error_of_the_table_is_told_from_others_by_its_words() -> None:
    assert [row.fault for row in ROWS if row.error and not (row.problem and row.remedy)] == []
