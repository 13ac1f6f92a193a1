"""Swift's compiler and formatter, run through the dynamic linker of the Debian they are made for.

They need no root's rights and no chroot, and are fetched once and kept. The driver, which starts
the compiler anew by its own name, does not run that way: the compiler itself is called.
"""

import importlib.util
import os
import platform
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Final

from sideload.errors import MissingToolError, ToolFailedError
from sideload.host import cache, debian
from tests.bindings.kept import kept
from tests.requires import require

SUITE: Final = "trixie"
COMPILER: Final = ("libc6", "swiftlang")
# What the compiler and its programs are linked with, and the headers that they are made from.
AROUND: Final = (
    *("libswiftlang", "libc6-dev", "linux-libc-dev", "libstdc++6", "libgcc-s1", "libuuid1"),
    *("zlib1g", "libzstd1", "libtinfo6", "libxml2", "liblzma5", "libonnxruntime-dev"),
)
SOURCES: Final = Path(__file__).parent / "swift"
FORMAT: Final = SOURCES / "swift-format.json"
PARTS: Final = Path("usr/libexec/swift")
LIBRARIES: Final = Path("usr/lib/x86_64-linux-gnu")
OWN: Final = (
    *("swiftCore", "swift_Concurrency", "swift_StringProcessing", "swiftGlibc"),
    *("swiftDispatch", "swiftSwiftOnoneSupport", "dispatch", "BlocksRuntime"),
    *("Foundation", "FoundationEssentials", "FoundationInternationalization"),
)
NATIVE: Final = "libsideloadtest.so"
EXECUTORCH: Final = (
    *("executorch", "executorch_kernels_optimized", "executorch_kernels_quantized"),
    *("executorch_backend_xnnpack", "executorch_threadpool"),
)


@dataclass(frozen=True, kw_only=True)
class Swift:
    """The toolchain: the folder of the compiler, and that of what is around it."""

    compiler: Path
    around: Path

    def tool(self, name: str, arguments: Sequence[str | Path]) -> subprocess.CompletedProcess[str]:
        """Run one of the toolchain's programs to its end; `check` nothing."""
        return self.start(self.compiler / PARTS / "bin" / name, arguments)

    def start(
        self, program: Path, arguments: Sequence[str | Path], *beside: Path
    ) -> subprocess.CompletedProcess[str]:
        """Run a program that is linked with Swift's libraries, and with those `beside`."""
        paths = os.pathsep.join(map(str, [*self.libraries, *beside]))
        argv = [self.linker, "--library-path", paths, program, *arguments]
        return subprocess.run(
            list(map(str, argv)), capture_output=True, text=True, timeout=250, check=False
        )

    @property
    def libraries(self) -> tuple[Path, ...]:
        own = (self.around / PARTS / "lib/swift" / name for name in ("linux", "host"))
        return (*(root / LIBRARIES for root in (self.compiler, self.around)), *own)

    @property
    def linker(self) -> Path:
        return self.compiler / "usr/lib64/ld-linux-x86-64.so.2"

    def frontend(
        self,
        mode: Sequence[str | Path],
        module: str,
        sources: Sequence[Path],
        *,
        imports: Path,
        version: str = "6",
    ) -> str:
        """What the compiler says of the sources of one module; empty where there is nothing."""
        argv: list[str | Path] = ["-frontend", *mode, "-module-name", module, "-parse-as-library"]
        argv += ["-swift-version", version, "-warnings-as-errors", "-sdk", self.around]
        argv += ["-target", "x86_64-pc-linux-gnu", "-module-cache-path", cache.folder("swift")]
        argv += ["-resource-dir", self.compiler / PARTS / "lib/swift", "-I", imports]
        argv += ["-I", SOURCES / "include", "-Xcc", f"-I{self.around / 'usr/include'}"]
        done = self.tool("swift-frontend", [*argv, *sources])
        return done.stderr + ("" if done.returncode == 0 else f"exit code {done.returncode}")


def toolchain() -> Swift:
    """The toolchain, from the cache where it is there; skips where there is none to fetch."""
    require(platform.machine() == "x86_64", "Swift's programs are run on x86_64 only")
    try:
        return fetched()
    except (MissingToolError, ToolFailedError) as error:
        require(condition=False, reason=f"no Swift toolchain: {error}")
        raise


def fetched() -> Swift:
    """The toolchain.

    Raises:
        MissingToolError: There is nothing to fetch it with.
        ToolFailedError: It cannot be fetched.
    """
    compiler, around = (
        debian.fetch(names, suite=SUITE, architecture="amd64").folder
        for names in (COMPILER, AROUND)
    )
    return Swift(compiler=compiler, around=around)


def runtime_module(
    swift: Swift, runtime: str, folder: Path, *, optimize: Sequence[str] = ()
) -> tuple[Path, ...]:
    """Compile what stands for the runtime's Swift module; objects and libraries to link with."""
    name = {"executorch": "ExecuTorch", "onnxruntime": "OnnxRuntimeBindings"}[runtime]
    sources = [SOURCES / f"{name}.swift"]
    made = compiled(swift, name, sources, folder, version="5", optimize=optimize)
    natives = executorch if runtime == "executorch" else onnxruntime
    return (made, *natives(folder))


def compiled(
    swift: Swift,
    module: str,
    sources: Sequence[Path],
    folder: Path,
    *,
    version: str = "6",
    optimize: Sequence[str] = (),
) -> Path:
    """The object file of a module; `folder` has its interface and those of what it imports."""
    made = folder / f"{module}.o"
    mode: list[str | Path] = ["-c", *optimize, "-whole-module-optimization", "-o", made]
    mode += ["-emit-module-path", folder / f"{module}.swiftmodule"]
    said = swift.frontend(mode, module, sources, imports=folder, version=version)
    assert not said, said[-4000:]
    return made


def linked(swift: Swift, parts: Sequence[Path], program: Path) -> Path:
    """A program out of object files and shared libraries."""
    libraries, own = swift.around / LIBRARIES, swift.around / PARTS / "lib/swift/linux"
    start = swift.compiler / PARTS / "lib/swift/linux/x86_64/swiftrt.o"
    argv: list[str | Path] = ["-pie", "--no-as-needed", "--allow-shlib-undefined", "-o", program]
    argv += [libraries / "Scrt1.o", libraries / "crti.o", start, *parts, f"-L{own}"]
    argv += [f"-L{libraries}", f"-L{swift.compiler / LIBRARIES}", *(f"-l{name}" for name in OWN)]
    argv += ["-l:libc.so.6", "-l:libm.so.6", libraries / "crtn.o"]
    done = swift.tool("ld.lld", argv)
    assert done.returncode == 0, done.stderr[-4000:]
    return program


def onnxruntime(folder: Path) -> tuple[Path, ...]:
    """The wheel's own library, by the name that programs know it by."""
    (library,) = (_wheel("onnxruntime") / "capi").glob("libonnxruntime.so.*")
    named = folder / "libonnxruntime.so.1"
    named.symlink_to(library)
    return (named,)


def executorch(folder: Path) -> tuple[Path, ...]:
    """The native half of `ExecuTorch.swift`, compiled against the wheel, which it finds itself."""
    del folder
    compiler = shutil.which("g++")
    require(compiler is not None, "no g++: install it with apt-get install g++")
    wheel = _wheel("executorch")
    sources = [SOURCES / "executorch.cpp", SOURCES / "include/executorch.h"]
    facts: list[bytes | str] = [source.read_bytes() for source in sources]
    facts += [str(wheel), version("executorch")]
    return (kept("swift-executorch", facts, partial(_native, str(compiler), wheel)) / NATIVE,)


def _native(compiler: str, wheel: Path, folder: Path) -> None:
    vendored = wheel / "include" / "executorch" / "runtime" / "core" / "portable_type" / "c10"
    argv = [compiler, "-std=c++17", "-O1", "-fPIC", "-shared"]
    argv += ["-DC10_USING_CUSTOM_GENERATED_MACROS", "-DET_USE_THREADPOOL"]
    argv += ["-isystem", str(wheel / "include"), "-isystem", str(vendored)]
    argv += [str(SOURCES / "executorch.cpp"), "-o", str(folder / NATIVE), f"-L{wheel / 'lib'}"]
    argv += [f"-Wl,-rpath,{wheel / 'lib'}", "-Wl,--no-as-needed"]
    subprocess.run([*argv, *(f"-l{name}" for name in EXECUTORCH)], check=True, timeout=250)


def _wheel(name: str) -> Path:
    spec = importlib.util.find_spec(name)
    assert spec is not None
    return Path(next(iter(spec.submodule_search_locations or [])))
