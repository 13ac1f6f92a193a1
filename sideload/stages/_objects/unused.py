"""What of a store is in use, and what may go, the longest unused first.

Only the device's clock is asked, so that machines whose clocks differ agree.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from sideload.host import identity
from sideload.stages._objects.proving import discard
from sideload.stages._objects.survey import Survey
from sideload.transports import Connection

# What another machine has used within this time is in use. Weeks of holidays fit into it.
LEASE_S: Final = 30 * 24 * 3600
# A phone that lost its clock counts from 1970; what was used then was used at an unknown time.
_PLAUSIBLE_S: Final = 1_420_070_400  # the beginning of 2015


@dataclass(frozen=True, kw_only=True)
class Victim:
    """Paths of the store that go together, what that frees, and the deployment that they are.

    Of a deployment the first path is its manifest. Without a deployment `key` is empty.
    """

    paths: tuple[str, ...]
    size_bytes: int
    key: str = ""


def unused(found: Survey, keys: Collection[str], hashes: Collection[str]) -> Iterator[Victim]:
    """What may go: leftovers, then what no manifest names, then deployments nobody uses.

    Args:
        found: What there is.
        keys: Deployments that stay.
        hashes: Objects that stay, and what of them is on its way.
    """
    for path in sorted(found.incoming):
        if path.removeprefix("incoming/").partition(".")[0] not in hashes:
            yield Victim(paths=(path,), size_bytes=found.incoming[path])
    named = _named(found, found.manifests)
    for sha256 in sorted(found.objects, key=lambda each: found.objects[each].mtime):
        if sha256 not in named and sha256 not in hashes:
            yield _objects(found, [sha256])
    gone: set[str] = set()
    for key in sorted(found.manifests, key=lambda each: last_use_s(found, each)):
        if key not in keys and is_free(found, key):
            gone.add(key)
            stay = _named(found, found.manifests.keys() - gone) | set(hashes)
            content = _objects(found, sorted(_named(found, [key]) - stay))
            yield Victim(
                paths=(*_places(found, key), *content.paths),
                size_bytes=content.size_bytes,
                key=key,
            )


def last_use_s(found: Survey, key: str) -> int:
    """When anybody used a deployment last, by the device's clock; the newest of all if unknown."""
    latest_s = max([*found.uses.get(key, {}).values(), found.written.get(key, 0)])
    return latest_s if latest_s >= _PLAUSIBLE_S else found.now_s or latest_s


def is_free(found: Survey, key: str) -> bool:
    """May this machine remove it: is it in nobody else's use?"""
    uses = found.uses.get(key, {})
    # One without a user is from before there were any, so it may be anybody's.
    others = [when for host, when in uses.items() if host != identity.host_id()]
    others += [] if uses else [found.written.get(key, 0)]
    return all(_is_over(found, when_s) for when_s in others)


def remove(connection: Connection, root: str, victims: Iterable[Victim]) -> None:
    """Take them away; manifests first, so that no half of a deployment looks like a whole one."""
    victims = list(victims)
    discard(connection, root, (each.paths[0] for each in victims if each.key))
    discard(connection, root, (path for each in victims for path in each.paths))


def _is_over(found: Survey, when_s: int) -> bool:
    return found.now_s is not None and when_s >= _PLAUSIBLE_S and found.now_s - when_s > LEASE_S


def _named(found: Survey, keys: Iterable[str]) -> set[str]:
    return {entry.sha256 for key in keys for entry in found.manifests[key].entries}


def _places(found: Survey, key: str) -> tuple[str, ...]:
    users = (f"users/{host}/{key}" for host in found.uses.get(key, {}))
    return (f"deployments/{key}.json", f"deployments/{key}", *users)


def _objects(found: Survey, hashes: Iterable[str]) -> Victim:
    hashes = [sha256 for sha256 in hashes if sha256 in found.objects]
    return Victim(
        paths=tuple(f"{folder}/{sha256}" for sha256 in hashes for folder in ("objects", "index")),
        size_bytes=sum(
            found.objects[sha256].size_bytes + found.indexes.get(sha256, 0) for sha256 in hashes
        ),
    )
