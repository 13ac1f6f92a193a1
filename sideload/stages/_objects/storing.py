"""Bring a deployment to a device: send what it lacks, prove it by hash, and only then name it."""

import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sideload.errors import HashMismatchError, HostFileError
from sideload.host import files
from sideload.stages._objects import manifest, shell
from sideload.stages._objects.manifest import Stamp
from sideload.stages._objects.names import check_key, check_payload
from sideload.stages._objects.proving import prove
from sideload.stages._objects.survey import Survey, survey
from sideload.stages._objects.uploading import Upload
from sideload.transports import Connection
from sideload.values import PayloadFile

# Fed mode, object and name, one file a line.
_LINK: Final = (
    "rm -f {place}.json && rm -rf {place} && mkdir {place} && "
    'while read -r mode object name; do ln -s "../../objects/$object" {place}/"$name" && '
    'if [ "$mode" != - ]; then chmod "$mode" "objects/$object"; fi || exit 1; done'
)
_WRITE: Final = "cat >{place}.part && mv -f {place}.part {place}.json"


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
    progress: Callable[[int], None] | None = None,
) -> Stored:
    """Have `payload` on the device as the deployment `key`.

    Args:
        connection: To the device; no other run may write to its store meanwhile.
        root: The store's folder on the device, absolute.
        key: Names the deployment; another payload under the same key replaces it.
        payload: The files; content that two of them share is sent once.
        progress: Told the bytes that need no sending, then those that are sent, as they go.

    Raises:
        NameError_: A name or the key cannot be kept on a device.
        DeviceFullError: There is no space for it.
        HashMismatchError: Twice something else arrived than was sent.
        HostFileError: A file is not what its hash says.
        DeviceCommandError: The device lacks a program, or its folder cannot be written.
    """
    check_key(key)
    check_payload(payload)
    found = survey(connection, root)
    wanted = {file.file.sha256: file for file in payload}
    total_bytes = sum(file.file.size_bytes for file in wanted.values())
    upload = Upload(connection, root, progress or _unheard)
    listed = found.manifests.get(key)
    if listed is not None and listed.lists(payload) and found.is_whole(key):
        upload.skip(total_bytes)
    else:
        stamps = _complete(connection, root, found, wanted, upload)
        _name(connection, root, payload, manifest.build(key, payload, stamps))
    return Stored(
        directory=f"{root}/deployments/{key}",
        pushed_bytes=upload.sent_bytes,
        reused_bytes=upload.skipped_bytes,
    )


def _complete(
    connection: Connection,
    root: str,
    found: Survey,
    wanted: Mapping[str, PayloadFile],
    upload: Upload,
) -> dict[str, Stamp]:
    """Have each wanted object on the device, its content proven; the stamps by hash."""
    present = wanted.keys() & found.objects.keys()
    upload.skip(sum(wanted[sha256].file.size_bytes for sha256 in present))
    missing = [file for sha256, file in wanted.items() if sha256 not in present]
    upload.send(missing, found.parts, found.free_bytes)
    arrived = [file.file.sha256 for file in missing]
    proof = prove(connection, root, arrived=arrived, doubtful=present - found.proven())
    stamps = {**found.objects, **proof.stamps}
    if not proof.wrong:
        return stamps
    for sha256 in proof.wrong:
        _check_here(wanted[sha256])
    upload.send((wanted[sha256] for sha256 in proof.wrong), {}, None)
    again = prove(connection, root, arrived=proof.wrong, doubtful=())
    if again.wrong:
        names = ", ".join(wanted[sha256].name for sha256 in sorted(again.wrong))
        raise HashMismatchError(
            f"{connection.device.serial} twice received something else than was sent: {names}",
            remedy="try another cable or network, or restart the phone; nothing wrong was kept",
        )
    return {**stamps, **again.stamps}


def _check_here(file: PayloadFile) -> None:
    # Before the phone is blamed: what was sent may not be what was hashed.
    if files.sha256(file.file.path) != file.file.sha256:
        raise HostFileError(
            f"{file.file.path} has changed since it was bundled",
            remedy="run the command again, which bundles it anew",
        )


def _name(
    connection: Connection, root: str, payload: Sequence[PayloadFile], made: manifest.Manifest
) -> None:
    """Give the objects their names in the deployment; the manifest last."""
    place = f"deployments/{shlex.quote(made.key)}"
    rows = [
        f"{'755' if each.executable else '-'} {each.file.sha256} {each.name}" for each in payload
    ]
    doing = f"keep the deployment {made.key}"
    shell.run(connection, root, _LINK.format(place=place), doing=doing, lines=rows)
    text = [manifest.dump(made)]
    shell.run(connection, root, _WRITE.format(place=place), doing=doing, lines=text)


def _unheard(size_bytes: int) -> None:
    del size_bytes
