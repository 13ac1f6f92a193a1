import shlex
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from sideload import runners
from sideload.errors import AbiError, MissingPackageError, MissingToolError, ToolFailedError
from sideload.host import machine, places
from sideload.host.places import CACHE_VARIABLE, HOME_VARIABLE
from sideload.runners import Place, _build, _compilers, _wheel, executorch
from tests.requires import require
from tests.runners.program import HERE, RUNTIMES, Program

PROGRAM = "sideload-onnxruntime"
# Compiled quickly, and stands in for a whole runner where only the building of one is looked at.
TRIVIAL = "int main() { return 7; }\n"
BUILD = f"""
from sideload import runners
from sideload.runners import Place
print(runners.get("onnxruntime").assemble(Place(abi={machine.abi()!r})).payload[0].file.path)
"""


def own_source(home: Path, text: str) -> None:
    path = home / "templates" / "runners" / "onnxruntime" / "main.cpp"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with a trivial runner of its own and an empty cache."""
    require(machine.abi() is not None, "runners are programs for Linux on x86-64 or 64-bit ARM")
    own_source(tmp_path, TRIVIAL)
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "cache"))
    return tmp_path


def built() -> Path:
    return runners.get("onnxruntime").assemble(HERE).payload[0].file.path


def test_the_payload_has_the_names_that_the_loader_looks_for(
    programs: Mapping[str, Program],
) -> None:
    names = {
        runtime: sorted(file.name for file in one.folder.iterdir())
        for runtime, one in programs.items()
    }

    assert names["onnxruntime"] == ["libonnxruntime.so.1", "sideload-onnxruntime"]
    assert names["executorch"] == [
        "libexecutorch.so",
        "libexecutorch_backend_xnnpack.so",
        "libexecutorch_etdump.so",
        "libexecutorch_kernels_optimized.so",
        "libexecutorch_kernels_quantized.so",
        "libexecutorch_threadpool.so",
        "sideload-executorch",
    ]


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_the_program_comes_first_and_is_what_the_command_starts(
    programs: Mapping[str, Program], runtime: str
) -> None:
    assembly = runners.get(runtime).assemble(HERE)

    first, *libraries = assembly.payload

    assert programs
    assert assembly.command == (f"./{first.name}",)
    assert first.executable
    assert not any(library.executable for library in libraries)


def test_the_same_sources_are_compiled_once(home: Path) -> None:
    first = built()
    before = first.stat()

    again = built()

    assert home in first.parents
    assert (again, again.stat().st_mtime_ns) == (first, before.st_mtime_ns)


def test_an_unchanged_payload_of_both_takes_no_time(programs: Mapping[str, Program]) -> None:
    assert programs
    started = time.monotonic()
    for runtime in RUNTIMES:
        runners.get(runtime).assemble(HERE)

    # A few milliseconds; a compiler or forty megabytes to hash would take far longer than this.
    assert time.monotonic() - started < 1


def test_a_changed_source_is_another_program(home: Path) -> None:
    first = built()
    own_source(home, TRIVIAL.replace("7", "8"))

    second = built()

    assert second != first
    assert [subprocess.run([path], check=False).returncode for path in (first, second)] == [7, 8]


def test_another_compiler_is_another_program(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = built()
    compiler = shlex.join(_compilers.own(machine.abi() or "").argv)
    monkeypatch.setenv("CXX", f"{compiler} -DOTHER")

    assert built() != first
    assert home in first.parents


def test_two_builds_at_once_compile_once_and_both_get_it(home: Path) -> None:
    argv = [sys.executable, "-c", BUILD]

    both = [
        subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    said = [child.communicate(timeout=120) for child in both]

    paths = {stdout.strip() for stdout, _ in said}
    assert [child.returncode for child in both] == [0, 0]
    assert len(paths) == 1
    assert home in Path(paths.pop()).parents
    assert sum("✓ compile" in stderr for _, stderr in said) == 1


def test_what_the_compiler_says_is_in_the_error_and_nothing_is_kept(home: Path) -> None:
    own_source(home, "int main() { return undeclared; }\n")

    with pytest.raises(ToolFailedError, match="undeclared"):
        built()

    assert list((home / "cache" / "runners").glob("onnxruntime-*/")) == []


def test_without_a_compiler_the_error_says_how_to_get_one(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CXX", raising=False)
    monkeypatch.setenv("PATH", str(home))
    if _wheel_is_there("ziglang"):
        pytest.skip("the ziglang wheel is installed, so there always is a compiler")

    with pytest.raises(MissingToolError) as caught:
        built()

    assert caught.value.remedy == "sudo apt install g++, or pip install 'sideload[zig]'"


def test_a_compiler_that_is_named_and_missing_is_named(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CXX", "no-such-compiler --fast")

    with pytest.raises(MissingToolError, match="no-such-compiler"):
        built()

    assert home.is_dir()


@pytest.mark.parametrize("abi", ["armeabi-v7a", "riscv64", "", "unknown"])
def test_another_instruction_set_is_refused(abi: str) -> None:
    with pytest.raises(AbiError, match="no runner can be made for"):
        runners.get("executorch").assemble(Place(abi=abi))


def test_a_missing_package_says_which_extra_brings_it() -> None:
    with pytest.raises(MissingPackageError) as caught:
        _wheel.folder("no_such_runtime")

    assert caught.value.remedy == "pip install 'sideload[no_such_runtime]'"


def test_a_package_without_the_library_is_the_wrong_version(tmp_path: Path) -> None:
    with pytest.raises(MissingPackageError, match=r"a version with libexecutorch\.so"):
        _wheel.Wheel(root=tmp_path, package="executorch", version="1").library(
            tmp_path, ("libexecutorch.so",)
        )


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_our_sources_compile_without_a_warning(runtime: str, tmp_path: Path) -> None:
    require(machine.abi() is not None, "runners are programs for Linux on x86-64 or 64-bit ARM")
    include = _wheel.folder("executorch") / "include"
    argv = [*_compilers.own(machine.abi() or "").argv, *_build.STANDARD, "-Werror", "-Wshadow"]
    argv += [*executorch.DEFINITIONS, '-DRUNTIME_VERSION="0"', "-fsyntax-only"]
    argv += [f"-isystem{include}", f"-isystem{include / executorch.VENDORED}"]
    root = places.templates() / "runners"

    done = subprocess.run(
        [*argv, f"-iquote{root}", str(root / runtime / "main.cpp")],
        cwd=tmp_path,
        check=False,
        capture_output=True,
        text=True,
        timeout=250,
    )

    assert (done.returncode, done.stderr) == (0, "")


def test_own_files_win_over_shipped_ones_one_by_one(home: Path) -> None:
    first, second = _build.roots()

    assert first == home / "templates" / "runners"
    assert second == places.templates() / "runners"
    assert built().name == PROGRAM


def test_nothing_heavy_is_imported_to_build() -> None:
    code = f"{BUILD}\nimport sys\nprint([m for m in {HEAVY!r} if m in sys.modules])"

    shown = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, timeout=120
    )

    assert shown.stdout.splitlines()[-1] == "[]"


HEAVY = ("torch", "executorch", "onnxruntime", "onnx", "numpy")


def _wheel_is_there(package: str) -> bool:
    try:
        _wheel.folder(package)
    except MissingPackageError:
        return False
    return True
