from pathlib import Path

import pytest

from sideload.runners import InputFile
from tests.runners import refusal
from tests.runners.arrays import values
from tests.runners.program import Program, request


def test_a_missing_input_file_is_named_before_anything_is_loaded(
    program: Program, models: Path, folder: Path
) -> None:
    lost = InputFile(name="x", file="lost.bin", dtype="float32", shape=(2, 4))

    ran = program.run(request(program.model(models, "mlp"), ((lost, refusal.Y),)), folder)

    refusal.check(ran, refusal.INPUT, "lost.bin")
    assert ran.log.of("load") == ()


@pytest.mark.parametrize("shape", [(2, 3), (3, 4), (8,), (2, 4, 2), (0, 4)])
def test_a_file_of_another_size_than_its_shape_is_refused(
    program: Program, models: Path, folder: Path, shape: tuple[int, ...]
) -> None:
    (folder / "x.bin").write_bytes(b"\0" * 33)
    wrong = InputFile(name="x", file="x.bin", dtype="float32", shape=shape)

    ran = program.run(request(program.model(models, "mlp"), ((wrong, refusal.Y),)), folder)

    refusal.check(ran, refusal.INPUT, "has 33 bytes")


def test_another_dtype_is_refused(program: Program, models: Path, folder: Path) -> None:
    wrong = InputFile(name="x", file="x.bin", dtype="int32", shape=(2, 4))

    ran = program.run(request(program.model(models, "mlp"), ((wrong, refusal.Y),)), folder)

    refusal.check(ran, refusal.INPUT, "int32", "float")


def test_another_number_of_axes_is_refused(program: Program, models: Path, folder: Path) -> None:
    wrong = InputFile(name="x", file="x.bin", dtype="float32", shape=(2, 2, 2))

    ran = program.run(request(program.model(models, "mlp"), ((wrong, refusal.Y),)), folder)

    refusal.check(ran, refusal.INPUT, "x")


def test_a_fixed_axis_of_another_size_is_refused(
    program: Program, models: Path, folder: Path
) -> None:
    wrong = InputFile(name="x", file="x.bin", dtype="float32", shape=(4, 2))
    other = InputFile(name="y", file="y.bin", dtype="float32", shape=(4, 2))

    ran = program.run(request(program.model(models, "mlp"), ((wrong, other),)), folder)

    # An ExecuTorch program does not say which axes are fixed, so its kernel has to find out.
    assert ran.exit_code in {refusal.INPUT, refusal.RUNTIME}
    assert ran.error["code"] != 0


def test_more_than_an_open_axis_may_have_is_refused(
    executorch: Program, models: Path, folder: Path
) -> None:
    (folder / "x.bin").write_bytes(b"\0" * 9 * 16)
    wide = [InputFile(name=name, file="x.bin", dtype="float32", shape=(9, 4)) for name in "xy"]

    ran = executorch.run(request(models / "mlp.pte", (tuple(wide),)), folder)

    refusal.check(ran, refusal.INPUT, "axis 0", "has 9 elements", "at most 8")


@pytest.mark.parametrize(
    "given",
    [(), (refusal.X,), (refusal.X, refusal.Y, InputFile(**{**vars(refusal.X), "name": "z"}))],
)
def test_another_number_of_inputs_is_refused(
    program: Program, models: Path, folder: Path, given: tuple[InputFile, ...]
) -> None:
    ran = program.run(request(program.model(models, "mlp"), (given,)), folder)

    refusal.check(ran, refusal.INPUT, f"takes 2 inputs, not {len(given)}")


def test_a_name_that_the_model_does_not_have_is_refused(
    onnxruntime: Program, models: Path, folder: Path
) -> None:
    stranger = InputFile(name="z", file="x.bin", dtype="float32", shape=(2, 4))

    ran = onnxruntime.run(request(models / "mlp.onnx", ((stranger, refusal.Y),)), folder)

    refusal.check(ran, refusal.INPUT, "z")


def test_a_bool_that_is_neither_true_nor_false_is_refused(
    program: Program, models: Path, folder: Path
) -> None:
    (folder / "x.bin").write_bytes(values("bool").tobytes()[:-1] + b"\2")
    given = InputFile(name="x", file="x.bin", dtype="bool", shape=(2, 3))

    ran = program.run(request(program.model(models, "same_bool"), ((given,),)), folder)

    refusal.check(ran, refusal.INPUT, "neither 0 nor 1")


def test_a_later_sample_is_refused_as_the_first_is(
    program: Program, models: Path, folder: Path
) -> None:
    ran = program.run(
        request(program.model(models, "mlp"), ((refusal.X, refusal.Y), (refusal.X,))), folder
    )

    refusal.check(ran, refusal.INPUT, "takes 2 inputs, not 1")
    assert len(ran.log.of("first")) == 1
