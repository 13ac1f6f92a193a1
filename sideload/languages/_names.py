"""Words and distinct names out of any text; what all languages share.

A name is made of letters, digits and marks in NFKC, the form in which Python itself compares names.
"""

import hashlib
import unicodedata
from collections.abc import Callable, Container, Sequence
from typing import Final

LONGEST: Final = 64
# Letters and marks that leave no trace on a screen: two names could differ in them alone.
INVISIBLE: Final = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u3164\uffa0"
).union(map(chr, range(0xFE00, 0xFE10)), map(chr, range(0xE0100, 0xE01F0)))


def words(text: str) -> list[str]:
    """Runs of letters and digits in `text`, in order; everything else separates them."""
    seen = (char for char in _settled(text) if not _hidden(char))
    spaced = _settled("".join(char if _is_word(char) else " " for char in seen))
    # A mark at the beginning would melt into whatever the word is joined to.
    bare = ("".join(_without_marks(word)) for word in spaced.split())
    return [word for word in bare if word]


def pascal(text: str) -> str:
    """`text` as one word with humps: `all-MiniLM-L6` becomes `AllMiniLML6`; may be empty."""
    return _settled("".join(word[0].upper() + word[1:] for word in words(text)))


def snake(text: str) -> str:
    """`text` as words joined by `_`, their case kept; may be empty."""
    return "_".join(words(text))


def constant(text: str) -> str:
    """`text` in capitals, words joined by `_`; may be empty."""
    return "_".join(words(text.upper()))


def ascii_words(text: str) -> list[str]:
    """Runs of ASCII letters and digits, accents dropped; a hash stands for letters that are lost.

    No words at all where `text` has no letters.
    """
    # `casefold` spells some letters in ASCII that have no accent to drop, such as the German ß.
    spelt = "".join(char if char.isascii() else char.casefold() for char in text)
    plain = [char for char in unicodedata.normalize("NFKD", spelt) if not _is_mark(char)]
    kept = "".join(char if char.isascii() and char.isalnum() else " " for char in plain).split()
    lost = any(char.isalnum() and not char.isascii() for char in plain)
    return [*kept, digest(text)] if lost else kept


def file_stem(text: str) -> str:
    """`text` in small ASCII letters, for a file name; a hash where it has no letters."""
    return "_".join(ascii_words(text) or [digest(text)]).lower()


def started(name: str, prefix: str, joint: str = "_") -> str:
    """`name`, or `prefix` before it where it cannot begin a name; never longer than 64.

    What is cut off is replaced by a part of the whole name's hash, so long names stay apart.
    """
    whole = name if name.isidentifier() else prefix + name
    return whole if len(whole) <= LONGEST else f"{whole[: LONGEST - 9]}{joint}{digest(whole)}"


def distinct(
    names: Sequence[str],
    reserved: Container[str],
    escaped: Callable[[str], str],
    joint: str = "_",
) -> tuple[str, ...]:
    """`names` in order, `escaped` where reserved; a second of the same ends in `joint` and 2."""
    taken: dict[str, None] = {}
    counts: dict[str, int] = {}
    for name in names:
        base = escaped(name) if name in reserved else name
        candidate = base
        while candidate in taken or candidate in reserved:
            counts[base] = counts.get(base, 1) + 1
            candidate = f"{base.removesuffix('_')}{joint}{counts[base]}"
        taken[candidate] = None
    return tuple(taken)


def digest(text: str) -> str:
    """Eight hexadecimal digits that stand for `text`."""
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:8]


def _settled(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def _without_marks(word: str) -> str:
    start = next((at for at, char in enumerate(word) if not _is_mark(char)), len(word))
    return word[start:]


def _is_mark(char: str) -> bool:
    return unicodedata.category(char).startswith("M")


def _hidden(char: str) -> bool:
    return char in INVISIBLE or unicodedata.category(char) in {"Cf", "Cs", "Cn"}


def _is_word(char: str) -> bool:
    # Of what Python takes in a name, without connectors and the middle dot.
    return unicodedata.category(char)[0] in "LMN" and f"a{char}".isidentifier()
