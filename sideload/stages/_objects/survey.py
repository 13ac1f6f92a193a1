"""Everything that a store holds, from one command on the device."""

import re
import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from sideload.errors import ProtocolError
from sideload.stages._objects import manifest, shell
from sideload.stages._objects.manifest import Manifest, Stamp
from sideload.transports import Connection

# Errors of `cat` and `stat` only say that there is nothing yet. What is printed is one line each.
OBJECTS: Final = "stat -c '%i %s %Y %n' objects/* incoming/* 2>/dev/null"
_LIST: Final = f"""
cat deployments/*.json 2>/dev/null
for link in deployments/*/*; do echo "link $link"; done
{OBJECTS}
""".strip()
_SPACE: Final = "df -k ."
_END: Final = "echo end of store"
_FOLDERS: Final = ("objects", "incoming", "deployments")

_OBJECT: Final = re.compile(r"(\d+) (\d+) (\d+) objects/([0-9a-f]{64})")
_PART: Final = re.compile(r"(\d+) (\d+) (\d+) incoming/([0-9a-f]{64})\.part")
_LINK: Final = re.compile(r"link deployments/([^/]+)/([^/]+)")
# Blocks, used, available, and then the only number with a percent sign.
_DISK: Final = re.compile(r"\s(\d+)\s+(\d+)\s+(\d+)\s+\d+%\s")
_KIB: Final = 1024


@dataclass(frozen=True, kw_only=True)
class Survey:
    """What a store holds: objects by hash, bytes of each part by hash, manifests and links by key.

    `free_bytes` is None where nobody asked, or the device does not say.
    """

    objects: Mapping[str, Stamp]
    parts: Mapping[str, int]
    manifests: Mapping[str, Manifest]
    links: frozenset[tuple[str, str]]
    free_bytes: int | None

    def proven(self) -> frozenset[str]:
        """Hashes of the objects that have not been touched since they were right."""
        entries = (entry for each in self.manifests.values() for entry in each.entries)
        return frozenset(e.sha256 for e in entries if self.objects.get(e.sha256) == e.stamp)

    def is_whole(self, key: str) -> bool:
        """Is the deployment there, with every link and every object untouched?"""
        found = self.manifests.get(key)
        return found is not None and all(
            (key, entry.name) in self.links and self.objects.get(entry.sha256) == entry.stamp
            for entry in found.entries
        )


def present(connection: Connection, root: str, keys: Iterable[str]) -> frozenset[str]:
    """Those of `keys` whose deployments are whole on the device; one command for all."""
    done = connection.run(f"cd {shlex.quote(root)} 2>/dev/null || exit 0\n{_LIST}\n{_END}")
    if not done.stdout:
        return frozenset()
    found = _parse(done.stdout.decode("utf-8", "surrogateescape"))
    return frozenset(key for key in keys if found.is_whole(key))


def survey(connection: Connection, root: str) -> Survey:
    """All there is; the store's folders are made if there are none.

    Raises:
        DeviceCommandError: They cannot be.
    """
    place = shlex.quote(root)
    folders = " ".join(f"{place}/{name}" for name in _FOLDERS)
    command = f"mkdir -p {folders} && cd {place} && {{\n{_LIST}\n{_SPACE}\n{_END}\n}}"
    return _parse(shell.run(connection, "/", command, doing=f"keep files in {root}"))


def stamps(listed: str) -> dict[str, Stamp]:
    """The stamps of the objects in what `OBJECTS` printed, by hash."""
    found = (_OBJECT.fullmatch(line) for line in listed.splitlines())
    return {match[4]: _stamp(match) for match in found if match}


def _parse(text: str) -> Survey:
    lines = text.splitlines()
    if not lines or lines[-1] != _END.removeprefix("echo "):
        raise ProtocolError(
            "the phone did not finish the list of what it holds",
            remedy="run the command again; `adb shell ls` shows whether its shell works",
        )
    read = (manifest.load(line) for line in lines if line.startswith("{"))
    parts = (match for line in lines if (match := _PART.fullmatch(line)))
    links = (match for line in lines if (match := _LINK.fullmatch(line)))
    disk = [match for line in lines if (match := _DISK.search(f"{line} "))]
    return Survey(
        objects=stamps(text),
        parts={match[4]: int(match[2]) for match in parts},
        manifests={each.key: each for each in read if each is not None},
        links=frozenset((match[1], match[2]) for match in links),
        free_bytes=int(disk[-1][3]) * _KIB if disk else None,
    )


def _stamp(match: re.Match[str]) -> Stamp:
    return Stamp(inode=int(match[1]), size_bytes=int(match[2]), mtime=int(match[3]))
