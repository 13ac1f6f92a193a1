"""Everything that a store holds, from one command on the device."""

import re
import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from sideload.errors import DeviceCommandError, ProtocolError
from sideload.host import identity
from sideload.stages._objects import manifest, shell
from sideload.stages._objects.listing import STAT, Listed, listed
from sideload.stages._objects.manifest import Manifest, Stamp
from sideload.stages._objects.names import KEY
from sideload.transports import Connection

FOLDERS: Final = ("objects", "incoming", "index", "deployments", "users")

# Errors of `cat` and `stat` only say that there is nothing yet. What is printed is one line each.
_FILES: Final = "objects/* incoming/* index/* deployments/*.json users/*/*"
_LIST: Final = f"""
cat deployments/*.json 2>/dev/null
stat -L -c 'link %i %n' deployments/*/* 2>/dev/null ||
for link in deployments/*/*; do echo "link - $link"; done
{STAT} {_FILES} 2>/dev/null
""".strip()
# Fed keys, one a line: those that are there are in use by this machine from now on.
_USE: Final = """
set --
while read -r key; do [ -f "deployments/$key.json" ] && set -- "$@" "users/{host}/$key"; done
if [ $# != 0 ]; then {{ [ -d users/{host} ] || mkdir -p users/{host}; }} && touch "$@"; fi
""".strip()
# Whoever cannot say what there is cannot keep anything; and a link may lead anywhere.
_MAKE: Final = """
command -v stat >/dev/null || exit 127
mkdir -p {places}
made=$? odd=
cd {place} || exit
for folder in {folders}; do
  if [ -L $folder ] || {{ [ -e $folder ] && [ ! -d $folder ]; }}; then echo "odd $folder"; odd=1; fi
done
[ -z "$odd" ] || exit 0
[ $made = 0 ] || exit $made
""".strip()
_SPACE: Final = "df -k .; echo now $(date +%s)"
_END: Final = "echo end of store"

_OBJECT: Final = re.compile(r"objects/([0-9a-f]{64})")
_INDEX: Final = re.compile(r"index/([0-9a-f]{64})")
_INCOMING: Final = re.compile(r"incoming/([0-9a-f]{64})\.([0-9a-z.]+)")
# Nothing else is ever ours, and nothing of this needs quotes.
_USER: Final = re.compile(r"users/([0-9A-Za-z._-]+)/([0-9A-Za-z._-]+)")
_MANIFEST: Final = re.compile(r"deployments/([0-9A-Za-z._-]+)\.json")
_LINK: Final = re.compile(r"link (\d+|-) deployments/([^/]+)/([^/]+)")
# Blocks, used, available, and then the only number with a percent sign.
_DISK: Final = re.compile(r"\s(\d+)\s+(\d+)\s+(\d+)\s+\d+%\s")
_NOW: Final = re.compile(r"now (\d+)")
_KIB: Final = 1024


@dataclass(frozen=True, kw_only=True)
class Survey:
    """What a store holds.

    `objects` and `indexes` go by hash; `incoming` by path; `manifests` by key; `links` by key and
    name, with the inode that they lead to, None where the device does not say. `uses` has, for each
    key, when each host used it last; `written` when its manifest was; `now_s` is the same clock,
    the device's. `odd` are paths of ours that are no files. `free_bytes` and `now_s` are None where
    nobody asked, or the device does not say.
    """

    objects: Mapping[str, Stamp]
    indexes: Mapping[str, int]
    incoming: Mapping[str, int]
    manifests: Mapping[str, Manifest]
    links: Mapping[tuple[str, str], int | None]
    uses: Mapping[str, Mapping[str, int]]
    written: Mapping[str, int]
    odd: frozenset[str]
    free_bytes: int | None
    now_s: int | None

    @property
    def size_bytes(self) -> int:
        """Of all content, whole or on its way."""
        objects = sum(stamp.size_bytes for stamp in self.objects.values())
        return objects + sum(self.incoming.values()) + sum(self.indexes.values())

    def proven(self) -> frozenset[str]:
        """Hashes of the objects that have not been touched since they were right."""
        entries = (entry for each in self.manifests.values() for entry in each.entries)
        return frozenset(e.sha256 for e in entries if self.objects.get(e.sha256) == e.stamp)

    def is_whole(self, key: str) -> bool:
        """Is the deployment there, with every link and every object untouched?"""
        found = self.manifests.get(key)
        return found is not None and all(
            self.links.get((key, entry.name), 0) in {entry.stamp.inode, None}
            and self.objects.get(entry.sha256) == entry.stamp
            for entry in found.entries
        )


def present(connection: Connection, root: str, keys: Iterable[str]) -> frozenset[str]:
    """Those of `keys` whose deployments are whole on the device; one command for all.

    They are marked as used by this machine.
    """
    keys = [key for key in keys if KEY.fullmatch(key)]
    use = _USE.format(host=identity.host_id())
    done = connection.run(
        f"cd {shlex.quote(root)} 2>/dev/null || exit 0\n{use}\n{_LIST}\n{_END}",
        stdin="".join(f"{key}\n" for key in keys).encode("ascii"),
    )
    if not done.stdout:
        return frozenset()
    found = _parse(done.stdout.decode("utf-8", "surrogateescape"))
    return frozenset(key for key in keys if found.is_whole(key))


def survey(connection: Connection, root: str) -> Survey:
    """All there is; the store's folders are made if there are none.

    Raises:
        DeviceCommandError: They cannot be, or something else is in the place of one of them.
    """
    place = shlex.quote(root)
    made = _MAKE.format(
        place=place,
        places=" ".join(f"{place}/{name}" for name in FOLDERS),
        folders=" ".join(FOLDERS),
    )
    command = f"{made}\n{_LIST}\n{_SPACE}\n{_END}"
    text = shell.run(connection, "/", command, doing=f"keep files in {root}")
    for name in FOLDERS:
        if f"odd {name}" in text.splitlines():
            raise DeviceCommandError(
                f"{root}/{name} on {connection.device.serial} is a link or a file, and must be a"
                " folder of its own",
                remedy=f"adb shell rm {shlex.quote(f'{root}/{name}')}",
            )
    return _parse(text)


def _parse(text: str) -> Survey:
    lines = text.splitlines()
    if not lines or lines[-1] != _END.removeprefix("echo "):
        raise ProtocolError(
            "the phone did not finish the list of what it holds",
            remedy="run the command again; `adb shell ls` shows whether its shell works",
        )
    entries = list(listed(text))
    read = (manifest.load(line) for line in lines if line.startswith("{"))
    disk = [match for line in lines if (match := _DISK.search(f"{line} "))]
    now = [match for line in lines if (match := _NOW.fullmatch(line))]
    return Survey(
        objects={m[1]: each.stamp for m, each in _matching(_OBJECT, entries)},
        indexes={m[1]: each.stamp.size_bytes for m, each in _matching(_INDEX, entries)},
        incoming={each.path: each.stamp.size_bytes for _, each in _matching(_INCOMING, entries)},
        manifests={each.key: each for each in read if each is not None},
        links=_links(lines),
        uses=_uses(entries),
        written={m[1]: each.stamp.mtime for m, each in _matching(_MANIFEST, entries)},
        odd=frozenset(
            each.path
            for pattern in (_OBJECT, _INDEX, _INCOMING)
            for each in entries
            if pattern.fullmatch(each.path) and not each.is_file
        ),
        free_bytes=int(disk[-1][3]) * _KIB if disk else None,
        now_s=int(now[-1][1]) if now else None,
    )


def _matching(
    pattern: re.Pattern[str], entries: Iterable[Listed]
) -> list[tuple[re.Match[str], Listed]]:
    return [(m, each) for each in entries if each.is_file and (m := pattern.fullmatch(each.path))]


def _links(lines: Iterable[str]) -> Mapping[tuple[str, str], int | None]:
    matches = [match for line in lines if (match := _LINK.fullmatch(line))]
    # The lines without an inode stand behind those with one, and know less.
    by_name = {(match[2], match[3]): match[1] for match in reversed(matches)}
    return {name: None if inode == "-" else int(inode) for name, inode in by_name.items()}


def _uses(entries: Iterable[Listed]) -> Mapping[str, Mapping[str, int]]:
    uses: dict[str, dict[str, int]] = {}
    for match, each in _matching(_USER, entries):
        uses.setdefault(match[2], {})[match[1]] = each.stamp.mtime
    return uses
