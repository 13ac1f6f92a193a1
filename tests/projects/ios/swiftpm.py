"""Swift's own package manager, which calls a compiler driver that it is told of: this one.

The toolchain's own driver starts itself anew by a name that is the dynamic linker's here, and what
it links asks for a newer C library than this machine may have.
"""

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from sideload.host import cache
from tests.bindings import swift_tools
from tests.bindings.swift_tools import PARTS, SOURCES, Swift

CHECKOUT: Final = Path(__file__).parents[3]
SCRIPT: Final = """#!{python}
import sys
sys.path.insert(0, {checkout!r})
from tests.projects.ios.swiftpm import driver
sys.exit(driver(sys.argv[1:]))
"""
# Flags of the driver that the compiler takes as well, each with a value.
PASSED: Final = ("-vfsoverlay", "-swift-version", "-I", "-package-description-version")


def dump_package(swift: Swift, package: Path, folder: Path) -> dict[str, Any]:
    """What `swift package dump-package` prints of a package; `folder` is for what it needs."""
    driving = folder / "swiftc"
    driving.write_text(SCRIPT.format(python=sys.executable, checkout=str(CHECKOUT)))
    driving.chmod(0o755)
    paths = os.pathsep.join(map(str, swift.libraries))
    argv = [swift.linker, "--library-path", paths, swift.compiler / PARTS / "bin/swift-package"]
    argv += ["--package-path", package, "--scratch-path", folder / "scratch"]
    argv += ["--cache-path", folder / "cache", "--disable-sandbox", "dump-package"]
    done = subprocess.run(
        list(map(str, argv)),
        env={**os.environ, "SWIFT_EXEC": str(driving), "HOME": str(folder)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    package_told: dict[str, Any] = json.loads(done.stdout)
    return package_told


def driver(words: Sequence[str]) -> int:
    """Be `swiftc`, as far as the package manager asks it for something; the exit code."""
    swift = swift_tools.fetched()
    if "-print-target-info" in words:
        done = swift.tool("swift-frontend", ["-frontend", *words, *_system(swift)])
        sys.stdout.write(done.stdout)
        sys.stderr.write(done.stderr)
        return done.returncode
    program = Path(words[words.index("-o") + 1])
    source = next(word for word in words if word.endswith("Package.swift"))
    passed = [word for flag in PASSED if flag in words for word in (flag, _after(words, flag))]
    made = program.with_suffix(".o")
    said = swift.tool(
        "swift-frontend",
        ["-frontend", "-c", "-o", made, "-module-name", "main", *passed, *_system(swift), source],
    )
    sys.stderr.write(said.stderr)
    if said.returncode == 0:
        _started(swift, made, program)
    return said.returncode


def _started(swift: Swift, made: Path, program: Path) -> None:
    """A script in the place of the program, which starts it through its own dynamic linker."""
    library = swift.compiler / PARTS / "lib/swift/pm/ManifestAPI"
    parts = [made, library / "libPackageDescription.so"]
    real = swift_tools.linked(swift, parts, program.with_suffix(".real"))
    paths = os.pathsep.join(map(str, [*swift.libraries, library]))
    argv = [str(swift.linker), "--library-path", paths, str(real)]
    program.write_text(f'#!/bin/sh\nexec {shlex.join(argv)} "$@"\n')
    program.chmod(0o755)


def _after(words: Sequence[str], flag: str) -> str:
    return words[words.index(flag) + 1]


def _system(swift: Swift) -> list[str | Path]:
    found: list[str | Path] = ["-target", "x86_64-pc-linux-gnu", "-sdk", swift.around]
    found += ["-resource-dir", swift.compiler / PARTS / "lib/swift", "-I", SOURCES / "include"]
    found += ["-module-cache-path", cache.folder("swift"), "-warnings-as-errors"]
    return [*found, "-Xcc", f"-I{swift.around / 'usr/include'}"]
