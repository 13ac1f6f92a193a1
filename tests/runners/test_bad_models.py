import random
from pathlib import Path

import pytest

from tests.runners import refusal
from tests.runners.program import SUFFIXES, Program, request


def test_a_missing_model_is_named(program: Program, folder: Path) -> None:
    ran = program.run(request(Path("no such.pte"), ((refusal.X, refusal.Y),)), folder)

    refusal.check(ran, refusal.MODEL, "no such.pte", "No such file")


@pytest.mark.parametrize("content", [b"", b"garbage", b"\0" * 5000, b"PK\3\4" + b"x" * 100])
def test_what_is_no_model_is_refused(program: Program, folder: Path, content: bytes) -> None:
    path = folder / f"bad{SUFFIXES[program.runtime]}"
    path.write_bytes(content)

    refusal.check(
        program.run(request(path, ((refusal.X, refusal.Y),)), folder), refusal.MODEL, "bad"
    )


def test_a_truncated_program_is_refused_with_both_sizes(
    executorch: Program, models: Path, folder: Path
) -> None:
    whole = (models / "mlp.pte").read_bytes()
    (folder / "cut.pte").write_bytes(whole[:-100])

    ran = executorch.run(request(Path("cut.pte"), ((refusal.X, refusal.Y),)), folder)

    refusal.check(ran, refusal.MODEL, "truncated", str(len(whole) - 100))


def test_a_folder_is_no_model(program: Program, folder: Path) -> None:
    refusal.check(
        program.run(request(folder, ((refusal.X, refusal.Y),)), folder),
        refusal.MODEL,
        "is not a file",
    )


def test_a_program_without_forward_is_refused(
    executorch: Program, models: Path, folder: Path
) -> None:
    ran = executorch.run(request(models / "encoder.pte", ((refusal.X,),)), folder)

    refusal.check(ran, refusal.MODEL, "no method forward")


def test_a_dtype_that_numpy_has_not_is_no_output(
    onnxruntime: Program, models: Path, folder: Path
) -> None:
    ran = onnxruntime.run(request(models / "float8.onnx", ((refusal.X,),)), folder)

    refusal.check(ran, refusal.RUNTIME, "output z has an unknown dtype")


@pytest.mark.parametrize("seed", range(4))
def test_a_corrupt_model_never_ends_in_a_signal(
    program: Program, models: Path, folder: Path, seed: int
) -> None:
    random_ = random.Random(seed)  # noqa: S311 - a repeatable choice, not a secret
    whole = program.model(models, "mlp").read_bytes()
    path = folder / f"corrupt{SUFFIXES[program.runtime]}"

    for _ in range(12):
        path.write_bytes(_spoiled(whole, random_))
        ran = program.run(request(path, ((refusal.X, refusal.Y),)), folder)

        assert ran.exit_code in {0, refusal.MODEL, refusal.INPUT, refusal.RUNTIME}
        assert ran.log.complete is (ran.exit_code == 0)
        assert len(ran.log.of("error")) == (ran.exit_code != 0)


def _spoiled(whole: bytes, random_: random.Random) -> bytes:
    if random_.random() < 0.3:
        return whole[: random_.randrange(len(whole))]
    spoiled = bytearray(whole)
    for _ in range(random_.choice([1, 3, 20])):
        spoiled[random_.randrange(len(spoiled))] = random_.randrange(256)
    return bytes(spoiled)
