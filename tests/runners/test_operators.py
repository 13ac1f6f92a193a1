import json
import random
from collections.abc import Mapping
from pathlib import Path

import flatbuffers  # type: ignore[import-untyped] # it says nothing of its types
import pytest

from sideload import runners
from sideload.errors import RunnerError
from sideload.runners._operators import OVERHEAD, Call, Inference, rows
from sideload.values import MeasurementPlan
from tests.runners.arrays import pair
from tests.runners.program import Program

PLAN = MeasurementPlan(warmup=3, warmup_ms=0, iterations=4, threads=1)
NODE = {"cat": "Node", "name": "a_kernel_time", "dur": 3, "args": {"op_name": "Conv"}}
RUN = {"cat": "Session", "name": "model_run", "dur": 5, "args": {}}
END = {"cat": "sideload", "name": "measured", "args": {"runs": 1}}


@pytest.fixture
def profile(program: Program, models: Path, tmp_path: Path) -> Path:
    """A profile of the model `mlp`, by each runtime."""
    path = program.model(models, "mlp")
    ran = program.ask(path, pair(2), pair(5), folder=tmp_path, plan=PLAN, profile="profile")
    assert ran.log.complete, ran.stdout
    return tmp_path / "profile"


def test_rows_of_a_real_profile_name_the_operators(program: Program, profile: Path) -> None:
    found = runners.get(program.runtime).operators(profile)

    calls = {row["operator"]: row["calls"] for row in found}
    expected = {
        "executorch": {"Fully Connected (NC, F32) GEMM": 2, "Add (ND)": 1, "Subtract (ND)": 1},
        "onnxruntime": {"Add": 1, "Sub": 1},
    }[program.runtime]
    assert expected.items() <= calls.items()
    assert {row["backend"] for row in found} == {
        "executorch": {"xnnpack", ""},
        "onnxruntime": {"cpu", ""},
    }[program.runtime]


def test_shares_add_up_and_the_slowest_comes_first(program: Program, profile: Path) -> None:
    found = runners.get(program.runtime).operators(profile)

    assert sum(row["share"] for row in found) == pytest.approx(1)
    assert [row["ns"] for row in found] == sorted((row["ns"] for row in found), reverse=True)


def test_portable_kernels_are_told_from_delegated_ones(
    executorch: Program, models: Path, tmp_path: Path
) -> None:
    ran = executorch.ask(
        models / "same_float32.pte",
        {"x": pair(2)["x"][:, :3]},
        folder=tmp_path,
        plan=PLAN,
        profile="profile",
    )

    found = runners.get("executorch").operators(tmp_path / "profile")
    assert ran.log.of("hello")[0]["profile"] is True
    assert [(row["operator"], row["backend"]) for row in found if row["calls"]] == [
        ("cat.out", "portable")
    ]


@pytest.mark.parametrize("share", [0, 0.01, 0.3, 0.6, 0.95, 0.999])
def test_a_truncated_profile_is_refused(program: Program, profile: Path, share: float) -> None:
    whole = profile.read_bytes()
    profile.write_bytes(whole[: int(len(whole) * share)])

    with pytest.raises(RunnerError, match="the operator profile cannot be read"):
        runners.get(program.runtime).operators(profile)


def test_a_corrupt_profile_gives_rows_or_a_refusal_and_nothing_else(
    program: Program, profile: Path
) -> None:
    random_ = random.Random(0)  # noqa: S311 - a repeatable choice, not a secret
    whole = profile.read_bytes()

    for _ in range(150):
        spoiled = bytearray(whole)
        for _ in range(random_.choice([1, 5, 50])):
            spoiled[random_.randrange(len(spoiled))] = random_.randrange(256)
        profile.write_bytes(spoiled)
        try:
            found = runners.get(program.runtime).operators(profile)
        except RunnerError:
            continue
        assert all(row["ns"] >= 0 for row in found)


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        "[]",
        "[1]",
        "null",
        "[" * 100_000,
        json.dumps([NODE, RUN]),
        json.dumps([NODE, RUN, {"name": "measured"}]),
        json.dumps([NODE, RUN, {"name": "measured", "args": {"runs": 2}}]),
        json.dumps([NODE, RUN, {"name": "measured", "args": {"runs": 0}}]),
        json.dumps([NODE, RUN, {"name": "measured", "args": {"runs": True}}]),
        json.dumps([NODE, {**RUN, "dur": -1}, END]),
        json.dumps([NODE, {**RUN, "dur": 1.5}, END]),
        json.dumps([{**NODE, "dur": None}, RUN, END]),
        json.dumps([{**NODE, "args": None}, RUN, END]),
        json.dumps([NODE, RUN, END]).replace("5", "NaN"),
    ],
)
def test_json_that_is_no_profile_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "profile"
    path.write_text(text)

    with pytest.raises(RunnerError, match="the operator profile cannot be read"):
        runners.get("onnxruntime").operators(path)


def test_only_the_runs_that_were_measured_count(tmp_path: Path) -> None:
    path = tmp_path / "profile"
    slow_first = [{**NODE, "dur": 900}, {**RUN, "dur": 1000}]
    path.write_text(json.dumps([*slow_first, NODE, RUN, END]))

    found = runners.get("onnxruntime").operators(path)

    assert [(row["operator"], row["ns"]) for row in found] == [("Conv", 3000), (OVERHEAD, 2000)]


def test_a_file_that_points_to_the_same_events_over_and_over_ends(tmp_path: Path) -> None:
    path = tmp_path / "profile"
    path.write_bytes(_bomb(runs=4000, events=4000))

    with pytest.raises(RunnerError, match="more events than there is room for"):
        runners.get("executorch").operators(path)


def test_an_operator_is_its_median_over_the_inferences() -> None:
    def inference(ns: int) -> Inference:
        return Inference(ns=2 * ns, calls=(Call(operator="Conv", backend="cpu", ns=ns),))

    found = rows([inference(ns) for ns in (1, 5, 900)])

    assert [row["ns"] for row in found] == [5, 5]
    assert [row["share"] for row in found] == [0.5, 0.5]


def test_operators_that_add_up_to_more_than_the_whole_leave_nothing_in_between() -> None:
    call = Call(operator="Conv", backend="cpu", ns=3000)

    found = rows([Inference(ns=2000, calls=(call,))])

    assert {row["operator"]: row["ns"] for row in found} == {"Conv": 3000, OVERHEAD: 0}


def _bomb(*, runs: int, events: int) -> bytes:
    """An ETDump whose `runs` runs all are one, whose `events` events all are one."""
    builder = flatbuffers.Builder()
    timed = _table(builder, 8, {})
    event = _table(builder, 3, {0: timed})
    run = _table(builder, 4, {3: _vector(builder, event, events)})
    dump = _table(builder, 2, {1: _vector(builder, run, runs)})
    builder.FinishSizePrefixed(dump, file_identifier=b"ED00")
    return bytes(builder.Output())


def _table(builder: flatbuffers.Builder, slots: int, references: Mapping[int, int]) -> int:
    builder.StartObject(slots)
    for slot, reference in references.items():
        builder.PrependUOffsetTRelativeSlot(slot, reference, 0)
    return int(builder.EndObject())


def _vector(builder: flatbuffers.Builder, target: int, count: int) -> int:
    builder.StartVector(4, count, 4)
    for _ in range(count):
        builder.PrependUOffsetTRelative(target)
    return int(builder.EndVector())
