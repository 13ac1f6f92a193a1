"""Debian packages for any suite and architecture, unpacked into the cache without root's rights.

Fetched once and kept; what was fetched is beside it. Signatures are verified by apt-get, except of
files in a folder that the user names in `SIDELOAD_DEBIAN_MIRROR`.
"""

import hashlib
import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from sideload.errors import MissingToolError
from sideload.host import _apt, _deb, cache, console, files, jsonfile, locks
from sideload.host._apt import MIRROR_VARIABLE, REMEDY

__all__ = ["MIRROR_VARIABLE", "REMEDY", "Package", "Unpacked", "fetch"]

KIND: Final = "debian"
RECORD: Final = "packages.json"
# A change in how packages are unpacked is another folder.
LAYOUT: Final = "1"
WAIT_S: Final = 1800.0


@dataclass(frozen=True, kw_only=True)
class Package:
    """One package that was fetched; `sha256` is that of its .deb file."""

    name: str
    version: str
    architecture: str
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Packages:
    """What a folder was unpacked from, in the order of unpacking."""

    packages: tuple[Package, ...]


@dataclass(frozen=True, kw_only=True)
class Unpacked:
    """`folder` stands for `/`; all `packages` are unpacked into it, and none of their scripts ran.

    A folder is never changed after it is there.
    """

    folder: Path
    packages: tuple[Package, ...]


def fetch(names: Sequence[str], *, suite: str, architecture: str) -> Unpacked:
    """The named packages and nothing that they depend on, from the cache where they are there.

    Args:
        names: Debian's names, such as `libc6`.
        suite: Debian's code name, such as `bookworm`, whatever this machine runs.
        architecture: Debian's name, such as `arm64`, whatever this machine is.

    Raises:
        MissingToolError: There is no apt-get, no mirror, or a package is not in the folder named.
        ToolFailedError: No network, no such package, or it was not signed by Debian.
        HostFileError: A .deb file is damaged, or the cache cannot be written.
    """
    folder = cache.folder(KIND) / f"{suite}-{architecture}-{_key(names)}"
    if not folder.is_dir():
        doing = "fetching Debian packages"
        name = f"Debian {suite} for {architecture}"
        with locks.held(name, folder=folder.parent, wait_s=WAIT_S, doing=doing):
            if not folder.is_dir():
                _make(folder, names, suite, architecture)
    record = jsonfile.load(Packages, files.read_bytes(folder / RECORD))
    return Unpacked(folder=folder / "root", packages=record.packages)


def _key(names: Sequence[str]) -> str:
    # A folder of the user's own takes the place of what a mirror has.
    own = _own_folder()
    facts = [LAYOUT, str(own) if own else "", *sorted(names)]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:16]


def _make(folder: Path, names: Sequence[str], suite: str, architecture: str) -> None:
    label = f"fetch {len(names)} Debian packages ({suite}, {architecture})"
    with console.step(label), files.building(folder) as private:
        debs = _debs(names, suite, architecture, files.new_folder(private / "debs"))
        root = files.new_folder(private / "root")
        for deb in debs:
            _deb.unpack(deb, root)
        made = Packages(packages=tuple(_package(deb) for deb in debs))
        files.write_text(private / RECORD, jsonfile.dump(made))
        shutil.rmtree(private / "debs")


def _debs(names: Sequence[str], suite: str, architecture: str, into: Path) -> list[Path]:
    own = _own_folder()
    if own is not None:
        return [_in_folder(own, name, architecture) for name in sorted(names)]
    mirror = _apt.mirror()
    place = hashlib.sha256(mirror.encode()).hexdigest()[:8]
    state = cache.folder(KIND) / f"apt-{suite}-{architecture}-{place}"
    apt = _apt.Apt(folder=state, suite=suite, architecture=architecture, mirror=mirror)
    apt.download(sorted(names), into)
    return sorted(into.glob("*.deb"))


def _own_folder() -> Path | None:
    named = _apt.named_mirror()
    if not named or _apt.is_address(named):
        return None
    folder = Path(named).absolute()
    if not folder.is_dir():
        raise MissingToolError(
            f"{MIRROR_VARIABLE} is neither an address nor a folder: {named}", remedy=REMEDY
        )
    return folder


def _in_folder(folder: Path, name: str, architecture: str) -> Path:
    found = [
        deb for kind in (architecture, "all") for deb in sorted(folder.glob(f"{name}_*_{kind}.deb"))
    ]
    if len(found) == 1:
        return found[0]
    several = f"more than one of: {', '.join(deb.name for deb in found)}"
    raise MissingToolError(
        f"{folder} holds {several if found else f'no {name}_…_{architecture}.deb'}",
        remedy=f"put one {name} for {architecture} there, or unset {MIRROR_VARIABLE}",
    )


def _package(deb: Path) -> Package:
    # apt-get names files so, and writes the colon of an epoch as %3a.
    name, version, architecture = deb.name.removesuffix(".deb").split("_")
    return Package(
        name=name,
        version=unquote(version),
        architecture=architecture,
        sha256=files.sha256(deb),
    )
