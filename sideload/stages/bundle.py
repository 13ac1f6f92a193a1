"""Stage 4: everything a device needs to execute one artifact, as one folder."""

import os
import shutil
from pathlib import Path

from sideload import platforms, runners
from sideload.errors import AbiError
from sideload.host import console, files, places
from sideload.stages import _keys
from sideload.stages._items import Item
from sideload.stages._memory import Look, recall, remember
from sideload.values import Artifact, Bundle, PayloadFile

STAGE = "4-bundle"


def look(item: Item, artifact: Artifact, abi: str) -> Look[Bundle]:
    """The bundle, if neither the artifact nor what the runner is made from has changed."""
    return recall(_folder(item, abi), Bundle, _parts(artifact, abi))


def bundle(item: Item, artifact: Artifact, abi: str) -> Bundle:
    """A folder with the runner, its libraries and the model, and how to start it.

    Args:
        item: What was asked for.
        artifact: What `export` or `quantize` made of it.
        abi: The device's instruction set, in Android's words.

    Raises:
        AbiError: No runner can be made for that instruction set on this machine.
        MissingToolError: No C++ compiler.
        MissingPackageError: The wheel that holds the runtime's libraries is not installed.
    """
    found = look(item, artifact, abi)
    if found.value is not None:
        return found.value
    _check_abi(item, abi)
    runner = runners.get(artifact.runtime)
    folder, parts = _folder(item, abi), _parts(artifact, abi)
    with console.step(f"bundle {item.label} for {abi}"), files.building(folder) as building:
        payload = _payload(artifact, abi)
        for file in payload:
            _place(file, building / file.name)
        made = Bundle(
            artifact=artifact,
            abi=abi,
            command=runner.command(),
            environment=runner.environment(),
            payload=payload,
            key=_keys.key(parts),
        )
        remember(building, made, parts)
    return made


def _check_abi(item: Item, abi: str) -> None:
    known = platforms.get(item.target.platform).abis()
    if abi not in known:
        raise AbiError(
            f"no runner can be made on this machine for {abi or 'an unknown instruction set'}",
            remedy=f"use a device of {' or '.join(known)}, or --device simulated",
        )


def _payload(artifact: Artifact, abi: str) -> tuple[PayloadFile, ...]:
    model = PayloadFile(name=artifact.file.path.name, file=artifact.file)
    extra = (PayloadFile(name=file.path.name, file=file) for file in artifact.extra_files)
    return (*runners.get(artifact.runtime).payload(abi), model, *extra)


def _place(file: PayloadFile, path: Path) -> None:
    """A second name for the same bytes where the disk allows it: libraries are large."""
    try:
        os.link(file.file.path, path)
    except OSError:
        shutil.copyfile(file.file.path, path)
        path.chmod(0o755 if file.executable else 0o644)


def _folder(item: Item, abi: str) -> Path:
    return item.folder(STAGE) / abi


def _parts(artifact: Artifact, abi: str) -> dict[str, str]:
    sources = sorted((places.templates() / "runners").rglob("*"))
    return {
        "the artifact": _keys.digest([artifact.key, artifact.file.sha256]),
        "the runner": _keys.digest(
            [abi, _keys.versions(), [files.sha256_cached(p) for p in sources if p.is_file()]]
        ),
        "sideload itself": _keys.code(("runners", "platforms", "values.py")),
    }
