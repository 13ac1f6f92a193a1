"""This user's cache on this machine: compiled runners, hashes, what costs time to make again."""

from pathlib import Path

from sideload.host import places
from sideload.host._cachetag import mark_cache
from sideload.host._oserrors import explained


def folder(kind: str) -> Path:
    """The existing folder for one kind of thing, in a folder marked as a cache."""
    root = places.cache()
    mark_cache(root)
    path = root / kind
    with explained(path, "create"):
        path.mkdir(parents=True, exist_ok=True)
    return path
