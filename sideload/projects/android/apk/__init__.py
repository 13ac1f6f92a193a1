"""The benchmark app as an APK, without Gradle, an SDK or Android Studio.

`prepare` reads everything that the app depends on, so that a caller can tell whether it has that
APK already; `build` makes it.
"""

import tempfile
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sideload.host import console, files, java
from sideload.projects import AppModel
from sideload.projects.android import _table
from sideload.projects.android._table import Table
from sideload.projects.android.apk import (
    _aar,
    _check,
    _compile,
    _contents,
    _libraries,
    _manifest,
    _pack,
    _rules,
    _sign,
    _sources,
)
from sideload.projects.android.apk._aar import Library
from sideload.projects.android.apk._manifest import Manifest
from sideload.projects.android.apk._sign import Keystore
from sideload.projects.android.apk._sources import Sources
from sideload.values import FileRef

NAME: Final = "sideload-benchmark.apk"
# The first Android whose code knows handles of methods, which runtimes have in them.
MIN_SDK: Final = 26


@dataclass(frozen=True, kw_only=True)
class Packaging:
    """What the user says of an APK: libraries of runtimes, and the key that signs it."""

    aars: tuple[Path, ...] = ()
    keystore: Path | None = None
    key_alias: str = ""


@dataclass(frozen=True, kw_only=True)
class Ready:
    """All that an APK is made from; equal ones make equal APKs."""

    table: Table
    sources: Sources
    manifest: Manifest
    libraries: tuple[FileRef, ...]
    keystore: Keystore
    signed_by: FileRef


@dataclass(frozen=True, kw_only=True)
class Built:
    """What came out besides the file `NAME` in the folder."""

    abis: tuple[str, ...]
    certificate: str
    notes: tuple[str, ...]


def check(runtimes: Mapping[str, Collection[str]], packaging: Packaging) -> None:
    """Refuse an APK that could not be made, before there are models for it.

    Args:
        runtimes: Those of the models, each with the versions that they will be made with.
        packaging: What the user says of it.

    Raises:
        MissingToolError: There is no JDK.
        UsageError: The keystore cannot be used.
        MissingLibraryError: A runtime's library is nowhere to be found.
        HostFileError: A file cannot be read.
    """
    java.home()
    _sign.keystore(packaging.keystore, packaging.key_alias)
    _libraries.libraries(_table.of(runtimes), packaging.aars)


def prepare(models: Sequence[AppModel], packaging: Packaging) -> Ready:
    """What an APK with these models is made from, with no more work than finding it.

    Raises:
        ProjectError: The models do not go into one app, or a template is wrong.
        UsageError: The keystore cannot be used.
        MissingLibraryError: A runtime's library is nowhere to be found.
        HostFileError: A file cannot be read.
    """
    table = _table.read([model.artifact for model in models])
    sources = _sources.sources(models, table)
    key = _sign.keystore(packaging.keystore, packaging.key_alias)
    return Ready(
        table=table,
        sources=sources,
        manifest=_manifest.manifest(
            sources.manifest,
            sources.modules,
            min_sdk=max(table.min_sdk, MIN_SDK),
            target_sdk=table.build.compile_sdk,
        ),
        libraries=_libraries.libraries(table, packaging.aars),
        keystore=key,
        signed_by=files.ref(key.path),
    )


def build(ready: Ready, folder: Path) -> Built:
    """Make the APK in `folder`, and look at it as a phone would.

    Raises:
        MissingToolError: A program is missing that cannot be fetched either.
        MissingLibraryError: A library has nothing that a phone of today can run.
        ToolFailedError: A program refuses, or cannot be fetched.
        ArtifactCheckError: The result could not be installed, started or measured.
        ProjectError: The models are too large for an APK.
        HostFileError: A file cannot be read or written.
    """
    with tempfile.TemporaryDirectory(dir=folder, prefix="work-") as name:
        work = Path(name)
        libraries = [
            _aar.unpacked(one.path, work / "libraries" / str(number))
            for number, one in enumerate(ready.libraries)
        ]
        held = _contents.natives(ready.table, ready.libraries, libraries)
        dex = _code(ready, libraries, work)
        console.note("pack and sign the app")
        unsigned = work / "unsigned.apk"
        entries = tuple(_contents.entries(ready.sources, dex, held))
        _pack.packed(_manifest.linked(ready.manifest, work), entries, unsigned)
        certificate = _sign.signed(unsigned, ready.keystore, folder / NAME)
        _check.check(folder / NAME, dex, ready.manifest)
        return Built(
            abis=held.abis,
            certificate=certificate,
            notes=tuple(_contents.notes(ready.table, held)),
        )


def _code(ready: Ready, libraries: Sequence[Library], work: Path) -> Path:
    console.note("compile the app")
    return _compile.compiled(
        ready.sources.code,
        [jar for library in libraries for jar in library.jars],
        b"\n".join([ready.sources.rules, *(_rules.harmless(one.rules) for one in libraries)]),
        work,
        min_sdk=ready.manifest.min_sdk,
    )
