"""What goes into the APK beside its code: models, and native code for each kind of phone."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sideload.errors import MissingLibraryError
from sideload.projects.android._table import Table
from sideload.projects.android.apk import _check
from sideload.projects.android.apk._aar import Library
from sideload.projects.android.apk._pack import Entry
from sideload.projects.android.apk._sources import Sources
from sideload.values import FileRef


@dataclass(frozen=True, kw_only=True)
class Natives:
    """Native code by instruction set, each file once."""

    files: dict[str, dict[str, Path]]

    @property
    def abis(self) -> tuple[str, ...]:
        """The instruction sets that the app can be run on."""
        return tuple(self.files)


def natives(table: Table, known: Sequence[FileRef], libraries: Sequence[Library]) -> Natives:
    """Native code for the instruction sets that every library has code for.

    Two libraries may bring the same file along, such as the one of C++; the first one is taken.

    Raises:
        MissingLibraryError: There is none that all of them have.
    """
    native = [library for library in libraries if library.natives]
    abis = [abi for abi in table.build.abis if all(abi in one.natives for one in native)]
    if not (native and abis):
        names = ", ".join(one.path.name for one in known)
        raise MissingLibraryError(
            f"{names} hold no native code that is for {' or '.join(table.build.abis)} in each",
            remedy=f"--aar with a build of the library for {table.build.abis[0]}",
        )
    found: dict[str, dict[str, Path]] = {abi: {} for abi in abis}
    for abi in abis:
        for file in (file for library in native for file in library.natives[abi]):
            found[abi].setdefault(file.name, file)
    return Natives(files=found)


def entries(sources: Sources, dex: Path, held: Natives) -> Iterator[Entry]:
    """Every file of the APK besides the manifest, in the order in which they lie there."""
    yield Entry(name=dex.name, content=dex)
    for name, content in sources.assets.items():
        if content is not None:
            place = content.path if isinstance(content, FileRef) else content
            yield Entry(name=f"assets/{name}", content=place, mapped=True)
    for abi, libraries in held.files.items():
        for name, file in sorted(libraries.items()):
            yield Entry(name=f"lib/{abi}/{name}", content=file, mapped=True)


def notes(table: Table, held: Natives) -> Iterator[str]:
    """What a person should know about the app before measuring with it."""
    yield from (runtime.note for runtime in table.runtimes if runtime.note)
    for abi, libraries in held.files.items():
        small = sorted(name for name, file in libraries.items() if _check.small_pages(file))
        if small:
            yield f"phones with pages of 16 KB cannot load {', '.join(small)} for {abi}"
    missing = [abi for abi in table.build.abis if abi not in held.files]
    if missing:
        yield f"not for {' and '.join(missing)}: a library has no native code for that"
