import subprocess
from pathlib import Path

from tests.requires import require
from tests.runners import refusal
from tests.runners.program import Program, request


def test_an_output_that_cannot_be_written_is_named(
    program: Program, models: Path, folder: Path
) -> None:
    (folder / "out.0.1.bin").mkdir()

    ran = program.run(request(program.model(models, "mlp"), ((refusal.X, refusal.Y),)), folder)

    refusal.check(ran, refusal.OUTPUT, "out.0.1.bin")


def test_a_full_disk_is_reported(program: Program, models: Path, folder: Path) -> None:
    require(Path("/dev/full").exists(), "this machine has no /dev/full")
    (folder / "out.0.0.bin").symlink_to("/dev/full")

    ran = program.run(request(program.model(models, "mlp"), ((refusal.X, refusal.Y),)), folder)

    refusal.check(ran, refusal.OUTPUT, "No space left on device")


def test_a_profile_that_cannot_be_written_is_refused(
    program: Program, models: Path, folder: Path
) -> None:
    words = request(
        program.model(models, "mlp"), ((refusal.X, refusal.Y),), profile="no/such/folder/profile"
    )

    ran = program.run(words, folder)

    assert ran.exit_code == refusal.OUTPUT
    assert ran.error["kind"] == "output"


def test_a_crash_of_the_runtime_is_reported_by_name(
    onnxruntime: Program, models: Path, folder: Path
) -> None:
    # A library that crashes when it is opened stands in for a runtime that does.
    source = folder / "crash.c"
    source.write_text("__attribute__((constructor)) static void f(void) { *(volatile int*)0 = 1; }")
    library = folder / "libonnxruntime.so.1"
    compiled = subprocess.run(["cc", "-shared", "-fPIC", "-o", library, source], check=False)
    require(compiled.returncode == 0, "no C compiler is installed: apt install gcc")
    broken = Program(runtime="onnxruntime", folder=folder)
    (folder / "sideload-onnxruntime").symlink_to(
        (onnxruntime.folder / "sideload-onnxruntime").resolve()
    )

    ran = broken.run(request(models / "mlp.onnx", ((refusal.X, refusal.Y),)), folder)

    refusal.check(ran, refusal.RUNTIME, "crashed while starting (SIGSEGV)")


def test_a_missing_library_is_named(onnxruntime: Program, models: Path, folder: Path) -> None:
    alone = folder / "alone"
    alone.mkdir()
    program = (onnxruntime.folder / "sideload-onnxruntime").resolve()
    (alone / "sideload-onnxruntime").symlink_to(program)

    ran = Program(runtime="onnxruntime", folder=alone).run(
        request(models / "mlp.onnx", ((refusal.X, refusal.Y),)), folder
    )

    refusal.check(ran, refusal.RUNTIME, "libonnxruntime.so.1")
