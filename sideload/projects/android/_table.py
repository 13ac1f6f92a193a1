"""Versions that generated projects name, from a table; and what runtimes ask of an app."""

import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sideload.errors import ProjectError
from sideload.host import files, places
from sideload.values import Artifact

TABLE: Final = Path("apps/android/android.toml")


@dataclass(frozen=True, kw_only=True)
class Build:
    """What a project is built with; `asset_pack_above_mb` is in millions of bytes."""

    agp: str
    gradle: str
    gradle_sha256: str
    kotlin: str
    coroutines: str
    compile_sdk: int
    java: int
    junit: str
    test_runner: str
    test_junit: str
    abis: tuple[str, ...]
    asset_pack_above_mb: int


@dataclass(frozen=True, kw_only=True)
class Runtime:
    """One runtime's library for Android, and what it asks for."""

    name: str
    library: str
    min_sdk: int
    keep: tuple[str, ...]
    note: str
    # What Gradle finds by itself and others have to be told of.
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Table:
    """The whole of it, as far as some models need it."""

    build: Build
    runtimes: tuple[Runtime, ...]

    @property
    def min_sdk(self) -> int:
        """The oldest Android that all of the runtimes know."""
        return max(runtime.min_sdk for runtime in self.runtimes)


def read(artifacts: Sequence[Artifact]) -> Table:
    """What an app with these artifacts is made with.

    Raises:
        ProjectError: The table lacks something, or there are two versions of a runtime.
        HostFileError: There is no table.
    """
    made: dict[str, set[str]] = {}
    for one in artifacts:
        made.setdefault(one.runtime, set()).add(one.versions.get(one.runtime, ""))
    return of(made)


def of(made: Mapping[str, Collection[str]]) -> Table:
    """The same for runtimes, each with the versions of its package that export models for it.

    Raises:
        ProjectError: As for `read`.
        HostFileError: There is no table.
    """
    place = _place()
    try:
        told = tomllib.loads(files.read_text(place))
        build = Build(**{**told["build"], "abis": tuple(told["build"]["abis"])})
        runtimes = tuple(_runtime(name, told["runtimes"][name], made[name]) for name in made)
    except (KeyError, TypeError, ValueError) as error:
        raise ProjectError(
            f"{files.shown(place)} lacks or misspells {error}",
            remedy=f"mend {files.shown(place)}",
        ) from error
    return Table(build=build, runtimes=runtimes)


def _runtime(name: str, row: dict[str, Any], made: Collection[str]) -> Runtime:
    version = row["version"] or _exporter(name, made)
    return Runtime(
        name=name,
        library=f"{row['library']}:{version}",
        min_sdk=row["min_sdk"],
        keep=tuple(row["keep"]),
        note=row["note"],
        needs=tuple(row.get("needs", ())),
    )


def _exporter(name: str, made: Collection[str]) -> str:
    """The version of the runtime's package that the models were exported with."""
    if len(made) > 1 or "" in made:
        raise ProjectError(
            f"one app has one {name}, and its models were made with "
            f"{' and '.join(sorted(one or 'an unknown version' for one in made))}",
            remedy="sideload clean, and the same command again",
        )
    # A build of a wheel, such as 1.5.1+cpu, is the same release.
    return next(iter(made)).partition("+")[0]


def _place() -> Path:
    own = places.own_templates() / TABLE
    return own if own.is_file() else places.templates() / TABLE
