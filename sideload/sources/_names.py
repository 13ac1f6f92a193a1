"""Safe file names for models, whatever the user's paths are called."""

import hashlib
import re
import unicodedata
from typing import Final

LONGEST: Final = 60


def safe(readable: str, spec: str) -> str:
    """A name of letters, digits, `_`, `.` and `-`, different for each `spec`.

    Args:
        readable: What a person would call the model; as much as possible of it is kept.
        spec: The whole text that the user gave. Two specs never share a name: six digits of its
            hash are added wherever the name alone does not say all of it.
    """
    plain = unicodedata.normalize("NFKD", readable).encode("ascii", "ignore").decode("ascii")
    words = re.sub(r"[^A-Za-z0-9_.-]+", "-", plain)
    name = re.sub(r"\.{2,}", ".", words).strip(".-_")[:LONGEST].rstrip(".-_") or "model"
    if name == spec:
        return name
    # A path may hold halves of characters, which only surrogateescape can write as bytes.
    digest = hashlib.sha256(spec.encode("utf-8", "surrogatepass")).hexdigest()[:6]
    return f"{name}-{digest}"
