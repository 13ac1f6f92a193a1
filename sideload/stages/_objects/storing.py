"""Bring a deployment to a device: send what it lacks, prove it by hash, and only then name it."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from sideload.stages._objects import manifest
from sideload.stages._objects.bringing import Bringing
from sideload.stages._objects.names import check_key, check_payload
from sideload.stages._objects.naming import write
from sideload.stages._objects.survey import survey
from sideload.stages._objects.uploading import Upload
from sideload.transports import Connection
from sideload.values import PayloadFile


@dataclass(frozen=True, kw_only=True)
class Stored:
    """A deployment on the device: its folder, and how many bytes it took to bring it there.

    `reused_bytes` are those that the device had already, parts of files included.
    """

    directory: str
    pushed_bytes: int
    reused_bytes: int


def store(
    connection: Connection,
    *,
    root: str,
    key: str,
    payload: Sequence[PayloadFile],
    keep: Collection[str] = (),
    budget_bytes: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> Stored:
    """Have `payload` on the device as the deployment `key`.

    Args:
        connection: To the device; no other run may write to its store meanwhile.
        root: The store's folder on the device, absolute.
        key: Names the deployment; another payload under the same key replaces it.
        payload: The files; content that two of them share is sent once.
        keep: Keys of deployments that stay, however much room is needed.
        budget_bytes: The most that the store may hold; None for what `room` finds sensible.
        progress: Told the bytes that need no sending, then those that are sent, as they go.

    Raises:
        NameError_: A name or the key cannot be kept on a device.
        DeviceFullError: There is no space for it.
        HashMismatchError: Something else arrived than was sent, or was changed on the device.
        HostFileError: A file is not what its hash says.
        DeviceCommandError: The device lacks a program, or its folder cannot be written.
    """
    check_key(key)
    check_payload(payload)
    found = survey(connection, root)
    run = Bringing(
        connection=connection,
        root=root,
        found=found,
        wanted={file.file.sha256: file for file in payload},
        upload=Upload(connection, root, progress or _unheard),
    )
    listed = found.manifests.get(key)
    if listed is not None and listed.lists(payload) and found.is_whole(key):
        run.upload.skip(sum(file.file.size_bytes for file in run.wanted.values()))
    else:
        run.bring(keep={key, *keep}, budget_bytes=budget_bytes)
        write(connection, root, manifest.build(key, payload, run.named(key, payload)))
    return Stored(
        directory=f"{root}/deployments/{key}",
        pushed_bytes=run.upload.sent_bytes,
        reused_bytes=run.upload.skipped_bytes,
    )


def _unheard(size_bytes: int) -> None:
    del size_bytes
