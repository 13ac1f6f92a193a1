"""Text in Gradle scripts: read without comments, and written as literals that nothing can leave."""

import re
from typing import Final

# Comments begin only outside of strings; the longer strings come first.
TOKEN: Final = re.compile(
    r'"""(?:[^\\]|\\.)*?"""'
    r"|'''(?:[^\\]|\\.)*?'''"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'(?:[^'\\\n]|\\.)*'"
    r"|//[^\n\r]*|/\*.*?(?:\*/|\Z)",
    re.DOTALL,
)
ESCAPES: Final = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def bare(script: str) -> str:
    """A script of either language without its comments; line ends inside them stay."""
    return TOKEN.sub(_without, script)


def kotlin(text: str) -> str:
    """`text` as a string literal of Kotlin."""
    return f'"{"".join(_escaped(char, chr(34) + "$") for char in text)}"'


def groovy(text: str) -> str:
    """`text` as a string literal of Groovy that evaluates nothing."""
    return f"'{''.join(_escaped(char, chr(39)) for char in text)}'"


def _escaped(char: str, special: str) -> str:
    if char in special or char == "\\":
        return f"\\{char}"
    if char in ESCAPES:
        return ESCAPES[char]
    if char.isascii() and char.isprintable():
        return char
    # Old Groovy reads these before anything else, which is safe for what is not ASCII.
    data = char.encode("utf-16-be", "surrogatepass")
    units = (int.from_bytes(data[at : at + 2], "big") for at in range(0, len(data), 2))
    return "".join(f"\\u{unit:04x}" for unit in units)


def _without(found: re.Match[str]) -> str:
    token = found[0]
    if token.startswith(("//", "/*")):
        return re.sub(r"[^\r\n]", " ", token)
    return token
