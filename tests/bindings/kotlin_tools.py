"""The Kotlin compiler and what generated Kotlin is compiled against, fetched once and kept."""

import importlib.util
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from sideload.errors import MissingToolError, ToolFailedError
from sideload.host import files, maven
from tests.bindings import kotlin_compiler
from tests.bindings.kept import kept
from tests.requires import require

COORDINATES: Final = {
    "kotlin": maven.KOTLIN,
    # As Gradle 9 has it.
    "groovy": "org.apache.groovy:groovy:4.0.33",
    # The last that was published there; the Android plugin's own.
    "manifests": "com.android.tools.build:manifest-merger:25.3.0",
    "ktlint": "com.pinterest.ktlint:ktlint-cli:1.8.0",
    "onnxruntime": "com.microsoft.onnxruntime:onnxruntime:1.28.0",
    "junit": "junit:junit:4.13.2",
    "android": maven.ANDROID,
}
SOURCES: Final = Path(__file__).parent / "kotlin"
STRICT: Final = ("-Werror", "-Wextra", "-Xexplicit-api=strict", "-no-stdlib", "-no-reflect")
LIBRARY: Final = "libsideloadtest.so"
LIBRARIES: Final = (
    *("executorch", "executorch_kernels_optimized", "executorch_kernels_quantized"),
    *("executorch_backend_xnnpack", "executorch_threadpool"),
)


def jars(name: str) -> Sequence[Path]:
    """The jars of one of `COORDINATES` and of what it depends on; skips where there are none."""
    try:
        return maven.fetch([COORDINATES[name]])
    except (MissingToolError, ToolFailedError) as error:
        require(condition=False, reason=f"no {name}: {error}")
        raise


def compiled(sources: Sequence[Path], against: Sequence[Path], folder: Path) -> Path:
    """Classes of Kotlin sources in `folder`, with every warning an error.

    They are kept: the same sources are compiled once, by whichever test comes first.
    """

    def make(private: Path) -> None:
        complaints = said(sources, against, private)
        assert not complaints, complaints[-4000:]

    # A jar's name says its version; a source's does not.
    facts = [
        f"{path.name} {'' if path.suffix == '.jar' else files.sha256(path)}"
        for path in sorted([*sources, *against])
    ]
    shutil.copytree(kept("kotlin", [*STRICT, *facts], make), folder)
    return folder


def compiled_java(sources: Sequence[Path], against: Sequence[Path], folder: Path) -> Path:
    """Classes of Java sources in `folder`, with every warning an error."""
    argv = ["javac", "-Werror", "-Xlint:all", "-cp", _path(_with_kotlin(against))]
    argv += ["-d", str(folder)]
    done = subprocess.run(
        [*argv, *map(str, sources)], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr[-4000:]
    return folder


def said(sources: Sequence[Path], against: Sequence[Path], folder: Path) -> str:
    """What the compiler says of Kotlin sources, with every warning an error; nothing, at best."""
    arguments = [*STRICT, "-jvm-target", "1.8", "-cp", _path(_with_kotlin(against))]
    arguments += ["-d", str(folder), *map(str, sources)]
    code, text = kotlin_compiler.compile_(jars("kotlin"), arguments)
    assert bool(code) == bool(text), text
    return text


def run(main: str, path: Sequence[Path], arguments: Sequence[str], natives: Path) -> str:
    """What a program of the JVM says; its native libraries are in the folder `natives`."""
    argv = ["java", f"-Djava.library.path={natives}", "-cp", _path(_with_kotlin(path)), main]
    done = subprocess.run(
        [*argv, *arguments], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr[-4000:]
    return done.stdout


def linted(folder: Path) -> str:
    """What ktlint says of the Kotlin in a folder, scripts too; nothing, at best."""
    (folder / "editorconfig").write_text("[*.{kt,kts}]\nmax_line_length = off\n", encoding="utf-8")
    argv = ["java", "-XX:TieredStopAtLevel=1", "-cp", _path(jars("ktlint"))]
    argv += [
        "com.pinterest.ktlint.Main",
        "--relative",
        "--editorconfig=editorconfig",
        "**/*.kt",
        "**/*.kts",
    ]
    done = subprocess.run(
        argv, capture_output=True, text=True, timeout=200, check=False, cwd=folder
    )
    assert bool(done.returncode) == bool(done.stdout), done.stderr[-4000:]
    return done.stdout


def native(folder: Path) -> Path:
    """A folder with the native half of `ExecuTorch.kt`, compiled against the wheel, and kept."""
    java = Path(shutil.which("javac") or "").resolve().parents[1] / "include"
    compiler = shutil.which("g++")
    if compiler is None or not java.is_dir():
        require(condition=False, reason="no g++, or no headers of the JDK: install g++ and a JDK")
    spec = importlib.util.find_spec("executorch")
    assert spec is not None
    wheel = Path(next(iter(spec.submodule_search_locations or [])))
    facts: list[bytes | str] = [str(wheel), files.read_bytes(SOURCES / "executorch.cpp")]
    made = kept("jvm", facts, lambda into: _link(str(compiler), java, wheel, into / LIBRARY))
    shutil.copyfile(made / LIBRARY, folder / LIBRARY)
    return folder


def _link(compiler: str, java: Path, wheel: Path, library: Path) -> None:
    vendored = wheel / "include" / "executorch" / "runtime" / "core" / "portable_type" / "c10"
    argv = [compiler, "-std=c++17", "-O1", "-fPIC", "-shared"]
    argv += ["-DC10_USING_CUSTOM_GENERATED_MACROS", "-DET_USE_THREADPOOL"]
    argv += [f"-I{java}", f"-I{java / 'linux'}"]
    argv += ["-isystem", str(wheel / "include"), "-isystem", str(vendored)]
    argv += [str(SOURCES / "executorch.cpp"), "-o", str(library)]
    argv += [f"-L{wheel / 'lib'}", f"-Wl,-rpath,{wheel / 'lib'}", "-Wl,--no-as-needed"]
    subprocess.run([*argv, *(f"-l{name}" for name in LIBRARIES)], check=True, timeout=250)


def _with_kotlin(path: Sequence[Path]) -> list[Path]:
    names = ("kotlin-stdlib", "kotlinx-coroutines-core-jvm")
    return [*path, *(jar for jar in jars("kotlin") if jar.name.startswith(names))]


def _path(jars_or_folders: Sequence[Path]) -> str:
    return os.pathsep.join(map(str, jars_or_folders))
