"""What takes long to make and is always the same: made once on a machine, and kept in the cache."""

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

from sideload.host import cache, files, locks


def kept(kind: str, facts: Sequence[bytes | str], make: Callable[[Path], None]) -> Path:
    """A folder that `make` filled, in this run of the tests or in an earlier one with these facts.

    Others who want the same meanwhile wait for it.
    """
    parts = (fact if isinstance(fact, bytes) else fact.encode() for fact in facts)
    key = hashlib.sha256(b"\0".join(parts)).hexdigest()[:16]
    folder = cache.folder("test-models") / f"{kind}-{key}"
    with locks.held(folder.name, folder=folder.parent, wait_s=600, doing=f"making {kind}"):
        if not folder.is_dir():
            with files.building(folder) as building:
                make(building)
    return folder
