"""Give what has been proven its names: in the store, and in the deployment; the manifest last."""

import shlex
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from sideload.host import identity
from sideload.stages._objects import manifest, shell
from sideload.stages._objects.listing import STAT, listed
from sideload.stages._objects.manifest import Stamp
from sideload.transports import Connection
from sideload.values import PayloadFile

# Fed one thing to do a line. A permission is changed only where it must be, because that touches
# the object's stamp, which other manifests know.
_NAME: Final = f"""
rm -rf {{place}} {{place}}.json && mkdir {{place}} || exit 1
while read -r what object name; do
  case $what in
    move) mv -f "$name" "$object" ;;
    link) ln -s "../../objects/$object" {{place}}/"$name" ;;
    clear) rm -rf "incoming/$object".* ;;
    run) [ -x "objects/$object" ] || chmod 755 "objects/$object" ;;
  esac || exit 1
done
[ -d users/{{host}} ] || mkdir -p users/{{host}}
touch users/{{host}}/{{key}}
{STAT.replace("{", "{{").replace("}", "}}")} objects/* 2>/dev/null
true
""".strip()
_WRITE: Final = "rm -rf {place}.part && cat >{place}.part && mv -f {place}.part {place}.json"


def name(
    connection: Connection,
    root: str,
    key: str,
    payload: Sequence[PayloadFile],
    *,
    moves: Mapping[str, str],
    leftovers: Iterable[str],
) -> dict[str, Stamp]:
    """Make the deployment's folder of links, without a manifest yet.

    Args:
        connection: To the device.
        root: The store's folder.
        key: The deployment.
        payload: Its files.
        moves: Where what is on its way belongs, by where it is.
        leftovers: Hashes of which something may be left in `incoming`.

    Returns:
        The stamps that all objects have now, by hash.
    """
    place = f"deployments/{shlex.quote(key)}"
    command = _NAME.format(
        place=place,
        key=shlex.quote(key),
        host=identity.host_id(),
    )
    lines = [f"move {goal} {here}" for here, goal in moves.items()]
    lines += [f"clear {sha256}" for sha256 in leftovers]
    lines += [f"run {each.file.sha256}" for each in payload if each.executable]
    lines += [f"link {each.file.sha256} {each.name}" for each in payload]
    printed = shell.run(connection, root, command, doing=f"keep the deployment {key}", lines=lines)
    return {
        each.path.removeprefix("objects/"): each.stamp
        for each in listed(printed)
        if each.is_file and each.path.startswith("objects/")
    }


def write(connection: Connection, root: str, made: manifest.Manifest) -> None:
    """Keep the manifest; from now on the deployment is there."""
    command = _WRITE.format(place=f"deployments/{shlex.quote(made.key)}")
    doing = f"keep the deployment {made.key}"
    shell.run(connection, root, command, doing=doing, lines=[manifest.dump(made)])
