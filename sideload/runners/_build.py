"""Runners, compiled on demand from `templates/runners/` and kept by the content they came from."""

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sideload.errors import HostFileError, MissingToolError
from sideload.host import cache, console, files, locks, places, process
from sideload.runners._toolchain import REMEDY, Toolchain
from sideload.values import FileRef

KIND: Final = "runners"
SHARED: Final = "shared"
TIMEOUT_S: Final = 900.0
WARNINGS: Final = ("-Wall", "-Wextra", "-Wno-deprecated-declarations")
# A version as the loader checks it; libraries keep those they define as text, and programs those
# they ask for.
VERSION: Final = re.compile(rb"\0((?:GLIBC|GLIBCXX|CXXABI|GCC)_[0-9.]+)(?=\0)")
STANDARD: Final = ("-std=c++17", "-O2", "-s", *WARNINGS)


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """How one runner is compiled: its folder in `templates/runners/`, and what it is linked to.

    `headers` are folders of somebody else's headers; `libraries` are the files that the program
    finds at run time; a change in any of them compiles anew.
    """

    runtime: str
    program: str
    definitions: tuple[str, ...] = ()
    headers: tuple[Path, ...] = ()
    link: tuple[str, ...] = ()
    libraries: tuple[FileRef, ...] = ()


def program(
    recipe: Recipe, abi: str, toolchains: Iterable[Toolchain], beside: Sequence[FileRef] = ()
) -> FileRef:
    """The compiled runner, from the cache where it is there.

    Args:
        recipe: What to compile.
        abi: For which instruction set the toolchains compile.
        toolchains: They are tried in this order until a program fits.
        beside: The C library that it will run with; none where that is the compiler's own.

    Raises:
        MissingToolError: There is no C++ compiler, or all are newer than the C library.
        ToolFailedError: The compiler refused; the message holds what it said.
        HostFileError: The sources cannot be read, or the cache cannot be written.
    """
    offered = _versions(beside)
    lacking: set[str] = set()
    for toolchain in toolchains:
        built = files.ref(_compiled(recipe, abi, toolchain))
        lacking = _versions([built]) - offered if offered else set()
        if not lacking:
            return built
    if not lacking:
        raise MissingToolError("no C++ compiler is installed", remedy=REMEDY)
    raise MissingToolError(
        f"every compiler here is too new for {abi}: its programs need {', '.join(sorted(lacking))}",
        remedy="pip install 'sideload[zig]', which compiles for older libraries",
    )


def _compiled(recipe: Recipe, abi: str, toolchain: Toolchain) -> Path:
    folder = cache.folder(KIND) / f"{recipe.runtime}-{_key(recipe, abi, toolchain)}"
    built = folder / recipe.program
    if not built.is_file():
        doing = f"compiling the {recipe.runtime} runner"
        with locks.held(folder.name, folder=folder.parent, wait_s=TIMEOUT_S, doing=doing):
            if not built.is_file():
                _compile(recipe, toolchain, folder, abi)
    return built


def _versions(libraries: Iterable[FileRef]) -> set[str]:
    """The versions of symbols that files define or ask for, such as `GLIBC_2.34`."""
    return {
        found.decode() for file in libraries for found in VERSION.findall(file.path.read_bytes())
    }


def roots() -> tuple[Path, ...]:
    """Where sources are looked for: the user's own files win over the shipped ones."""
    return (places.own_templates() / "runners", places.templates() / "runners")


def _compile(recipe: Recipe, toolchain: Toolchain, folder: Path, abi: str) -> None:
    argv = [*toolchain.argv, *STANDARD, *recipe.definitions]
    argv += [word for root in roots() for word in ("-iquote", str(root))]
    argv += [word for path in recipe.headers for word in ("-isystem", str(path))]
    with (
        console.step(f"compile the {recipe.runtime} runner for {abi}"),
        files.building(folder) as private,
    ):
        argv += [str(_main(recipe)), "-o", str(private / recipe.program), *recipe.link]
        environment = toolchain.environment
        process.run(argv, timeout_s=TIMEOUT_S, remedy=REMEDY, cwd=private, env=environment)


def _key(recipe: Recipe, abi: str, toolchain: Toolchain) -> str:
    sources = {name: files.sha256(path) for name, path in _sources(recipe.runtime).items()}
    # Paths of headers and libraries are left out: a moved environment compiles to the same program.
    facts = {
        "abi": abi,
        "toolchain": toolchain.identity,
        "sources": sources,
        "flags": [*STANDARD, *recipe.definitions],
        "libraries": [library.sha256 for library in recipe.libraries],
    }
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:24]


def _main(recipe: Recipe) -> Path:
    return _sources(recipe.runtime)[f"{recipe.runtime}/main.cpp"]


def _sources(runtime: str) -> dict[str, Path]:
    found: dict[str, Path] = {}
    for root in reversed(roots()):
        for folder in (SHARED, runtime):
            found.update(_inside(root, sorted((root / folder).glob("*"))))
    if f"{runtime}/main.cpp" not in found:
        raise HostFileError(
            f"there is no runners/{runtime}/main.cpp in {places.templates()}",
            remedy="install sideload again: its templates are missing",
        )
    return found


def _inside(root: Path, paths: Sequence[Path]) -> dict[str, Path]:
    return {path.relative_to(root).as_posix(): path for path in paths if path.is_file()}
