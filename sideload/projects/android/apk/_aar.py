"""What is in a library for Android: classes, native code for each processor, rules to shrink by."""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from sideload.errors import HostFileError
from sideload.host import files
from sideload.host._oserrors import explained

CLASSES: Final = re.compile(r"classes\.jar|libs/[^/]+\.jar")
NATIVE: Final = re.compile(r"jni/(?P<abi>[\w-]+)/(?P<name>lib[\w.+-]+\.so)")
RULES: Final = "proguard.txt"
LIMIT_BYTES: Final = 1 << 30


@dataclass(frozen=True, kw_only=True)
class Library:
    """An unpacked library; `natives` are files by instruction set, in Android's words."""

    jars: tuple[Path, ...]
    natives: Mapping[str, tuple[Path, ...]]
    rules: bytes


def packages(path: Path) -> frozenset[str]:
    """The packages of a library's classes, with slashes between their parts.

    Raises:
        HostFileError: It cannot be read, or is no library.
    """
    with _opened(path) as archive:
        names = [name for jar in _jars(path, archive) for name in _classes(jar)]
    above = (parent for name in names for parent in PurePosixPath(name).parents)
    return frozenset(parent.as_posix() for parent in above)


def unpacked(path: Path, folder: Path) -> Library:
    """A library's parts as files in `folder`; a plain jar is one of only classes.

    Raises:
        HostFileError: It cannot be read, or is no library.
    """
    natives: dict[str, list[Path]] = {}
    with _opened(path) as archive:
        jars = []
        for number, jar in enumerate(_jars(path, archive)):
            jars.append(folder / f"{number}.jar")
            files.write_bytes(jars[-1], jar)
        for name in archive.namelist():
            found = NATIVE.fullmatch(name)
            if found:
                place = folder / found["abi"] / found["name"]
                files.write_bytes(place, _read(archive, name))
                natives.setdefault(found["abi"], []).append(place)
        rules = _read(archive, RULES) if RULES in archive.namelist() else b""
    return Library(
        jars=tuple(jars),
        natives={abi: tuple(sorted(found)) for abi, found in natives.items()},
        rules=rules,
    )


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with explained(path, "read"), zipfile.ZipFile(path) as archive:
            yield archive
    except (zipfile.BadZipFile, ValueError, EOFError, NotImplementedError) as error:
        raise HostFileError(
            f"{files.shown(path)} is no library for Android: {error}",
            remedy="delete it and download it again",
        ) from error


def _jars(path: Path, archive: zipfile.ZipFile) -> list[bytes]:
    if path.suffix == ".jar":
        return [files.read_bytes(path)]
    found = [name for name in archive.namelist() if CLASSES.fullmatch(name)]
    if not found:
        raise ValueError("it holds no classes.jar")
    return [_read(archive, name) for name in sorted(found)]


def _classes(jar: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(jar)) as archive:
        return [name for name in archive.namelist() if name.endswith(".class")]


def _read(archive: zipfile.ZipFile, name: str) -> bytes:
    if archive.getinfo(name).file_size > LIMIT_BYTES:
        raise ValueError(f"{name} is larger than {LIMIT_BYTES} bytes")
    return archive.read(name)
