"""Take away what is not wanted any more."""

import shlex

from sideload.stages._objects import shell
from sideload.stages._objects.names import KEY, check_key
from sideload.stages._objects.proving import discard
from sideload.stages._objects.survey import Survey, survey
from sideload.stages._objects.unused import Victim, remove, unused
from sideload.transports import Connection


def remove_deployment(connection: Connection, root: str, key: str) -> None:
    """Take one deployment away; its objects stay until `remove_unnamed`.

    Raises:
        NameError_: The key is none.
    """
    check_key(key)
    place = f"deployments/{shlex.quote(key)}"
    # The manifest first, so that no half of a deployment ever looks like a whole one.
    command = f"rm -rf {place}.json && rm -rf {place} users/*/{shlex.quote(key)}"
    shell.run(connection, root, command, doing=f"remove {key}")


def remove_unnamed(connection: Connection, root: str) -> int:
    """Take away objects that no manifest names, parts, and what runs left; bytes freed.

    Nothing else in the folder is touched, whoever put it there.
    """
    found = survey(connection, root)
    victims = list(unused(found, keys=found.manifests, hashes=()))
    remove(connection, root, victims)
    discard(connection, root, _orphans(found, victims))
    return sum(victim.size_bytes for victim in victims)


def _orphans(found: Survey, victims: list[Victim]) -> list[str]:
    """What belongs to nothing, and takes no space to speak of."""
    removed = {path for victim in victims for path in victim.paths}
    folders = {key for key, _ in found.links if KEY.fullmatch(key)} - set(found.manifests)
    users = ((host, key) for key, hosts in found.uses.items() for host in hosts)
    return [
        "work",
        *found.odd,
        *(f"deployments/{key}" for key in folders),
        *(f"users/{host}/{key}" for host, key in users if key not in found.manifests),
        *(
            f"index/{sha256}"
            for sha256 in found.indexes
            if sha256 not in found.objects and f"index/{sha256}" not in removed
        ),
    ]
