"""The form of a generated file: what is left of it when names, texts and numbers are taken out."""

import re
import tomllib
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath
from typing import Any, Final
from xml.etree import ElementTree as ET

# In the order in which they are tried: what is a text has to be known before anything else.
TOKENS: Final = re.compile(
    r'(?P<long>"""(?:[^\\]|\\.)*?""")'
    r'|(?P<text>"(?:[^"\\\n\r\u2028\u2029\x85]|\\.)*")'
    r"|(?P<char>'(?:[^'\\\n]|\\.)*')"
    r"|(?P<line>//[^\n\r\u2028\u2029\x85]*)"
    r"|(?P<block>/\*.*?\*/)"
    r"|(?P<name>`[^`\n]*`|[^\W\d]\w*)"
    r"|(?P<number>\d[\w.]*)"
    r"|(?P<space>\s+)"
    r"|(?P<sign>.)",
    re.DOTALL,
)
# What Markdown takes for a sign where nothing is before it that takes it for a letter.
SIGNS: Final = re.compile(r"(?<!\\)(?:\\\\)*([`|<*_\[\]])")
# What ends a text from within: a name or an expression whose value goes there.
LEAVES: Final = {
    ".pbxproj": re.compile("(?!)"),
    ".kt": re.compile(r"(?<!\\)(?:\\\\)*\$"),
    ".kts": re.compile(r"(?<!\\)(?:\\\\)*\$"),
    ".swift": re.compile(r"(?<!\\)(?:\\\\)*\\\("),
}


def form(name: str, content: bytes) -> object:
    """What may not differ between two files that were made for models of different names."""
    suffix = PurePosixPath(name).suffix
    text = content.decode("utf-8", "surrogatepass")
    return FORMS.get(suffix, _lines)(text, suffix)


def _code(text: str, suffix: str) -> list[str]:
    assert "\x00" not in text
    return [*_tokens(text, suffix)]


def _tokens(text: str, suffix: str) -> Iterator[str]:
    for found in TOKENS.finditer(text):
        kind = str(found.lastgroup)
        if kind in {"text", "long"}:
            # Those of the templates themselves are the same whatever a model is called.
            yield f"{kind} that is left {len(LEAVES[suffix].findall(found[0]))} times"
        elif kind != "space":
            yield found[0] if kind == "sign" else kind


def _xml(text: str, _suffix: str) -> list[str]:
    return [f"{one.tag} {sorted(one.attrib)}" for one in ET.fromstring(text).iter()]  # noqa: S314 - our own


def _toml(text: str, _suffix: str) -> object:
    return _keys(tomllib.loads(text))


def _keys(value: Any) -> object:  # noqa: ANN401 - what TOML can say
    return {key: _keys(one) for key, one in value.items()} if isinstance(value, dict) else None


def _markdown(text: str, _suffix: str) -> list[str]:
    """Each line by what it is, with the cells of a row and whatever is code or a link."""
    return [f"{line[:2]} {SIGNS.findall(line)}" for line in text.split("\n")]


def _lines(text: str, _suffix: str) -> int:
    return len(text.splitlines())


FORMS: Final[dict[str, Callable[[str, str], object]]] = {
    ".kt": _code,
    ".kts": _code,
    ".md": _markdown,
    ".pbxproj": _code,
    ".swift": _code,
    ".toml": _toml,
    ".xml": _xml,
    ".xcscheme": _xml,
}
