"""Safe file names for models, whatever the user's paths are called."""

import hashlib
import re
import unicodedata
from typing import Final

from sideload.host import discover

LONGEST: Final = 60


def safe(readable: str, spec: str) -> str:
    """A name of letters, digits, `_`, `.` and `-`; generated classes are called by it.

    Args:
        readable: What a person would call the model; where it can be kept whole, it is the name.
        spec: The whole text that the user gave. Six digits of its hash are added where the name
            had to be changed, or is that of a built-in model.
    """
    plain = unicodedata.normalize("NFKD", readable).encode("ascii", "ignore").decode("ascii")
    words = re.sub(r"[^A-Za-z0-9_.-]+", "-", plain)
    name = re.sub(r"\.{2,}", ".", words).strip(".-_")[:LONGEST].rstrip(".-_") or "model"
    if name == spec or (name == readable and name not in discover.names("models")):
        return name
    # A path may hold halves of characters, which only surrogateescape can write as bytes.
    digest = hashlib.sha256(spec.encode("utf-8", "surrogatepass")).hexdigest()[:6]
    return f"{name}-{digest}"
