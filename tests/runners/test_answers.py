import hashlib
from pathlib import Path

import numpy as np
import pytest

from sideload.values import MeasurementPlan
from tests.runners.arrays import DTYPES, mlp, pair, values
from tests.runners.program import Program


def test_answers_are_numpys_for_samples_of_every_size(
    program: Program, models: Path, tmp_path: Path
) -> None:
    samples = [pair(2), pair(5), pair(1), pair(8)]

    ran = program.ask(program.model(models, "mlp"), *samples, folder=tmp_path)

    assert ran.exit_code == 0, ran.stdout
    for number, sample in enumerate(samples):
        for got, wanted in zip(ran.answers(number), mlp(sample), strict=True):
            np.testing.assert_allclose(got, wanted, rtol=1e-5, atol=1e-6)


def test_names_decide_where_the_runtime_has_names(
    onnxruntime: Program, models: Path, tmp_path: Path
) -> None:
    sample = pair(2)
    turned_round = {"y": sample["y"], "x": sample["x"]}

    ran = onnxruntime.ask(models / "mlp.onnx", turned_round, folder=tmp_path)

    np.testing.assert_array_equal(ran.answers(0)[1], sample["x"] - sample["y"])


@pytest.mark.parametrize("dtype", DTYPES)
def test_every_dtype_comes_back_bit_by_bit(
    program: Program, models: Path, tmp_path: Path, dtype: str
) -> None:
    given = values(dtype)

    ran = program.ask(program.model(models, f"same_{dtype}"), {"x": given}, folder=tmp_path)

    (got,) = ran.answers(0)
    assert got.dtype == given.dtype
    np.testing.assert_array_equal(got, np.concatenate([given, given]))


def test_channels_last_is_row_major_outside(
    executorch: Program, models: Path, tmp_path: Path
) -> None:
    picture = np.random.default_rng(0).standard_normal((1, 3, 2, 5)).astype(np.float32)
    weight = np.arange(6, dtype=np.float32).reshape(2, 3)

    ran = executorch.ask(models / "picture.pte", {"x": picture}, folder=tmp_path)

    (got,) = ran.answers(0)
    np.testing.assert_allclose(got, np.einsum("oc,bchw->bohw", weight, picture), rtol=1e-5)


def test_a_number_is_an_output_without_axes(
    executorch: Program, models: Path, tmp_path: Path
) -> None:
    given = np.array([1, 2, 4], np.float32)

    ran = executorch.ask(models / "scalars.pte", {"x": given}, folder=tmp_path)

    total, size = ran.answers(0)
    assert (total.shape, size.shape, str(size.dtype)) == ((), (), "int64")
    assert (float(total), int(size)) == (7.0, 3)


def test_each_output_line_has_the_hash_of_its_file(
    program: Program, models: Path, tmp_path: Path
) -> None:
    ran = program.ask(program.model(models, "mlp"), pair(2), pair(3), folder=tmp_path)

    events = ran.log.of("output")
    files = [(tmp_path / event["file"]).read_bytes() for event in events]
    assert [event["sha256"] for event in events] == [hashlib.sha256(f).hexdigest() for f in files]
    assert [event["file"] for event in events] == [
        "out.0.0.bin",
        "out.0.1.bin",
        "out.1.0.bin",
        "out.1.1.bin",
    ]


def test_the_first_sample_is_answered_alike_after_the_loop(
    program: Program, models: Path, tmp_path: Path
) -> None:
    ran = program.ask(program.model(models, "mlp"), pair(2), pair(8), folder=tmp_path)

    assert ran.log.of("bye")[0]["repeatable"] is True


def test_several_threads_answer_as_one_does(program: Program, models: Path, tmp_path: Path) -> None:
    plan = MeasurementPlan(warmup=0, warmup_ms=0, iterations=1, threads=3)

    ran = program.ask(program.model(models, "mlp"), pair(8), folder=tmp_path, plan=plan)

    assert ran.log.of("hello")[0]["threads"] == 3
    np.testing.assert_allclose(ran.answers(0)[0], mlp(pair(8))[0], rtol=1e-5, atol=1e-6)
