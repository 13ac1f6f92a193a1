"""Text of others, made safe to show: it can neither steer a terminal nor forge a line."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Final

# Control, format (direction marks among them), surrogates, private use, line and page separators.
UNSAFE: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
# Tabs, and the joiners that scripts and emoji need; they steer nothing.
KEPT: Final = frozenset("\t\u200c\u200d")
# Everything that Markdown or HTML could take for a sign of theirs.
SIGNS: Final = re.compile(r"([\\`*_{}\[\]<>#|~!&$@])")
# Our own signs where the terminal's encoding lacks them.
SPELLED: Final[Mapping[str, str]] = {
    "✓": "ok",
    "✗": "failed",
    "…": "...",
    "µ": "u",
    "·": "-",
    "→": "->",
    "°": "",
    "×": "x",
}


def line(text: str) -> str:
    """`text` on one line, each unsafe character as its escape."""
    if text.isprintable():
        return text
    return "".join(_escaped(character) for character in text)


def markdown(text: str) -> str:
    """`text` on one line as Markdown shows it, whatever signs it holds."""
    return SIGNS.sub(r"\\\1", line(text))


def block(text: str) -> str:
    """`text` on its own lines, those after the first indented so that none looks like ours."""
    first, *rest = text.split("\n")
    indented = (part if part.startswith(" ") or not part else f"  {part}" for part in rest)
    return "\n".join([line(first), *(line(part) for part in indented)])


def encodable(text: str, encoding: str | None) -> str:
    """`text` with what `encoding` lacks spelled or escaped, so that writing it never fails."""
    name = encoding or "ascii"
    try:
        text.encode(name)
    except UnicodeEncodeError:
        spelled = text.translate({ord(sign): words for sign, words in SPELLED.items()})
        return spelled.encode(name, "backslashreplace").decode(name)
    return text


def _escaped(character: str) -> str:
    if character in KEPT or unicodedata.category(character) not in UNSAFE:
        return character
    return ascii(character)[1:-1]
