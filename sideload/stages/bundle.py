"""Stage 4: everything a device needs to execute one artifact, as one folder."""

import os
import shutil
from pathlib import Path
from typing import Final

from sideload import platforms, runners
from sideload.errors import AbiError, ToolError
from sideload.host import console, files, machine, places
from sideload.runners import Assembly, Licence, Place
from sideload.stages import _keys
from sideload.stages._items import Item
from sideload.stages._memory import Look, recall, remember
from sideload.values import Artifact, Bundle, CLibrary, PayloadFile

STAGE = "4-bundle"
LICENCES: Final = "LICENSES"
# Folders of their own: a phone cannot run what needs this machine's C library.
SUFFIXES: Final = {"host": "-host", "carried": "", "bionic": "-ndk"}
RULE: Final = "=" * 78


def look(item: Item, artifact: Artifact, abi: str, *, is_simulated: bool = True) -> Look[Bundle]:
    """The bundle, if neither the artifact nor what the runner is made from has changed.

    `is_simulated` says that this machine's own C library would do as well.
    """
    found = _recalled(item, artifact, _place(item, abi))
    if found.value is None and is_simulated and abi == machine.abi():
        other = _recalled(item, artifact, Place(abi=abi))
        return other if other.value is not None else found
    return found


def bundle(item: Item, artifact: Artifact, abi: str, *, is_simulated: bool = False) -> Bundle:
    """A folder with the runner, its libraries and the model, and how to start it.

    Args:
        item: What was asked for.
        artifact: What `export` or `quantize` made of it.
        abi: The device's instruction set, in Android's words.
        is_simulated: The device is this machine in disguise, so its own C library will do where
            none can be fetched to bring along.

    Raises:
        AbiError: No runner can be made for that instruction set.
        MissingToolError: No C++ compiler, or a C library cannot be fetched.
        MissingPackageError: The wheel that holds the runtime's libraries is not installed.
        ToolFailedError: The compiler refused, or there is no network.
    """
    found = look(item, artifact, abi, is_simulated=is_simulated)
    if found.value is not None:
        return found.value
    _check_abi(item, abi)
    place = _place(item, abi)
    with console.step(f"bundle {item.label} for {abi}"):
        try:
            return _bundled(item, artifact, place)
        except ToolError as error:
            if not (is_simulated and place.libc == "carried" and abi == machine.abi()):
                raise
            console.note(f"with this machine's own C library, because {error.problem}")
            return _bundled(item, artifact, Place(abi=abi))


def _bundled(item: Item, artifact: Artifact, place: Place) -> Bundle:
    assembly = runners.get(artifact.runtime).assemble(place)
    parts = _parts(artifact, place)
    with files.building(_folder(item, place)) as building:
        payload = (*assembly.payload, *_model(artifact))
        for file in payload:
            _put(file, building / file.name)
        files.write_text(building / LICENCES, _licences(assembly))
        made = Bundle(
            artifact=artifact,
            abi=place.abi,
            command=assembly.command,
            environment=assembly.environment,
            payload=payload,
            key=_keys.key(parts),
        )
        remember(building, made, parts)
    return made


def _place(item: Item, abi: str) -> Place:
    target = item.target
    libc: CLibrary = platforms.get(target.platform).c_library(target)
    return Place(abi=abi, libc=libc, libraries=target.runner_libraries)


def _check_abi(item: Item, abi: str) -> None:
    known = platforms.get(item.target.platform).abis()
    if abi not in known:
        raise AbiError(
            f"no runner can be made for the device's instruction set, {abi or 'unknown'}; "
            f"for {' and '.join(known) or 'none'} it can",
            remedy=f"use a device of {' or '.join(known)}, or --device simulated",
        )


def _model(artifact: Artifact) -> tuple[PayloadFile, ...]:
    found = (artifact.file, *artifact.extra_files)
    return tuple(PayloadFile(name=file.path.name, file=file) for file in found)


def _put(file: PayloadFile, path: Path) -> None:
    """A second name for the same bytes where the disk allows it: libraries are large."""
    try:
        os.link(file.file.path, path)
    except OSError:
        shutil.copyfile(file.file.path, path)
        path.chmod(0o755 if file.executable else 0o644)


def _licences(assembly: Assembly) -> str:
    """Under which terms each part may be passed on; the model's are its owner's to know."""
    return "\n".join(_told(licence) for licence in assembly.licences)


def _told(licence: Licence) -> str:
    texts = [files.read_bytes(path).decode("utf-8", "replace").strip() for path in licence.files]
    return "\n\n".join([f"{RULE}\n{licence.of}\n{RULE}", *texts]) + "\n"


def _recalled(item: Item, artifact: Artifact, place: Place) -> Look[Bundle]:
    return recall(_folder(item, place), Bundle, _parts(artifact, place))


def _folder(item: Item, place: Place) -> Path:
    return item.folder(STAGE) / f"{place.abi}{SUFFIXES[place.libc]}"


def _parts(artifact: Artifact, place: Place) -> dict[str, str]:
    sources = sorted((places.templates() / "runners").rglob("*"))
    facts = [place.abi, place.libc, place.libraries, _keys.versions()]
    return {
        "the artifact": _keys.digest([artifact.key, artifact.file.sha256]),
        "the runner": _keys.digest(
            [*facts, [files.sha256_cached(p) for p in sources if p.is_file()]]
        ),
        "sideload itself": _keys.code(("runners", "platforms", "values")),
    }
