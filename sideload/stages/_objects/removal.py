"""Take away what is not wanted any more."""

import shlex
from typing import Final

from sideload.stages._objects import shell
from sideload.stages._objects.names import KEY, check_key
from sideload.stages._objects.survey import Survey, survey
from sideload.transports import Connection

_REMOVE: Final = "xargs rm -rf"


def remove_deployment(connection: Connection, root: str, key: str) -> None:
    """Take one deployment away; its objects stay until `remove_unnamed`.

    Raises:
        NameError_: The key is none.
    """
    check_key(key)
    place = f"deployments/{shlex.quote(key)}"
    # The manifest first, so that no half of a deployment ever looks like a whole one.
    command = f"rm -f {place}.json && rm -rf {place}"
    shell.run(connection, root, command, doing=f"remove {key}")


def remove_unnamed(connection: Connection, root: str) -> int:
    """Take away objects that no manifest names, parts, and what runs left; bytes freed.

    Nothing else in the folder is touched, whoever put it there.
    """
    found = survey(connection, root)
    unnamed = _unnamed(found)
    parts = [f"incoming/{sha256}.part" for sha256 in found.parts]
    folders = {key for key, _ in found.links if KEY.fullmatch(key)} - set(found.manifests)
    gone = [*unnamed, *parts, *(f"deployments/{key}" for key in sorted(folders)), "work"]
    shell.run(connection, root, _REMOVE, doing="remove what is not named", lines=gone)
    return sum(unnamed.values()) + sum(found.parts.values())


def _unnamed(found: Survey) -> dict[str, int]:
    named = {entry.sha256 for each in found.manifests.values() for entry in each.entries}
    return {
        f"objects/{sha256}": stamp.size_bytes
        for sha256, stamp in found.objects.items()
        if sha256 not in named
    }
