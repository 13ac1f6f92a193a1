"""What `export` and `quantize` share: look for the artifact, or have the worker make it."""

from dataclasses import replace
from typing import Final

from sideload.host import console, files, locks, places
from sideload.stages import _keys
from sideload.stages._items import Item
from sideload.stages._memory import Look, recall, remember
from sideload.stages._worker import Worker
from sideload.values import Artifact, FileRef
from sideload.worker.job import Job

WAIT_S: Final = 1800.0


def stage_of(item: Item) -> str:
    """The name of the stage that makes this item's artifact."""
    return "2-quantize" if item.is_quantised else "1-export"


def look(item: Item) -> Look[Artifact]:
    """The artifact, if nothing that it depends on has changed."""
    return recall(item.folder(stage_of(item)), Artifact, _keys.lowering(item))


def lowered(item: Item, worker: Worker) -> Artifact:
    """The artifact of `item`, made now if it is not there; a second run waits for the first.

    Raises:
        SideloadError: As the source, the runtime and the gates say.
        BusyError: Another run has been at the same model for too long.
    """
    found = look(item)
    if found.value is not None:
        return found.value
    # Before the lock, which makes folders for what may never be made.
    worker.prepare()
    verb = stage_of(item).partition("-")[2]
    with locks.held(
        item.model,
        folder=places.artifacts() / item.model,
        wait_s=WAIT_S,
        doing=f"{verb} {item.label}",
    ):
        found = look(item)
        if found.value is not None:
            return found.value
        with console.step(f"{verb} {item.label}"):
            return _made(item, worker)


def _made(item: Item, worker: Worker) -> Artifact:
    parts = _keys.lowering(item)
    folder = item.folder(stage_of(item))
    with files.building(folder) as building:
        job = Job(
            source=item.origin.source,
            spec=item.origin.spec,
            model=item.model,
            runtime=item.runtime,
            precision=item.precision,
            backend=item.target.backend,
            dynamic=item.target.dynamic,
            folder=building,
            key=_keys.key(parts),
            inputs=item.inputs,
            limits=item.target.limits,
            casts=_keys.casts(item),
        )
        made = worker.lower(job, console.note)
        artifact = replace(
            made,
            file=_moved(made.file, item),
            extra_files=tuple(_moved(file, item) for file in made.extra_files),
            samples=None if made.samples is None else _moved(made.samples, item),
        )
        remember(building, artifact, parts)
    return artifact


def _moved(file: FileRef, item: Item) -> FileRef:
    """The same file under the name that it has once the folder is whole."""
    return replace(file, path=item.folder(stage_of(item)) / file.path.name)
