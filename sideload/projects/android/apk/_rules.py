"""Rules that libraries bring along for shrinkers: what to keep, and nothing else.

The language of such rules can also name files of this machine to be read and overwritten, which no
library has any business with.
"""

import re
from typing import Final

COMMENT: Final = re.compile(r"#.*")
# An option begins wherever a word does, and a word ends at any of these signs too.
OPTION: Final = re.compile(r"(?<![^\s{}();,=!@<>\"'])-(?=[A-Za-z])")
NAMES: Final = re.compile(r"(?:keep\w*|if|dontwarn|dontnote)\b")
# What classes and their members are written with; a file elsewhere cannot be.
SPECIFIED: Final = re.compile(r"[\w\s$.*?%<>!@,;()\[\]{}=-]*")


def harmless(rules: bytes) -> bytes:
    """Those of the rules that only say what to keep, each on a line of its own."""
    text = COMMENT.sub("", rules.decode("utf-8", "replace"))
    _, *options = OPTION.split(text)
    kept = (one for one in options if NAMES.match(one) and SPECIFIED.fullmatch(one))
    return "".join(f"-{' '.join(one.split())}\n" for one in kept).encode()
