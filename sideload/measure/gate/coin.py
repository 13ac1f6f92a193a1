"""The coin that says which of a pair goes first: seeded, so that a log can be tossed again.

It is a hash and not a generator of numpy's, whose stream a release may change.
"""

import hashlib


def candidate_first(seed: str, toss: int) -> bool:
    """Does the new build go first in pair number `toss`?

    A pair that is dropped has used its toss up: the one in its place gets the next.
    """
    return bool(random_bytes(seed, "order", toss, 1)[0] & 1)


def random_bytes(seed: str, purpose: str, part: int, count: int) -> bytes:
    """`count` bytes that nothing else which is made of `seed` has to do with."""
    # A seed may hold anything, so its length comes first.
    return hashlib.shake_256(f"{len(seed)}:{seed}:{purpose}:{part}".encode()).digest(count)
