"""Any text inside Python source: as a string literal, in a docstring, in a comment."""

from sideload.languages._text import Code, Text, escape, raw, visible


def literal(text: Text | str) -> Code:
    """`text` as a string literal in double quotes, on one line, that no content can leave."""
    return Code(f'"{"".join(map(_quoted, raw(text)))}"')


def docstring(text: Text | str) -> Code:
    """`text` on one line inside a docstring: it cannot end it and shows what is hidden."""
    return Code(visible(text).replace("\\", "\\\\").replace('"', '\\"'))


def comment(text: Text | str) -> Code:
    """`text` on one line after a `#`."""
    return Code(visible(text))


def _quoted(char: str) -> str:
    if char in '\\"':
        return f"\\{char}"
    return char if char.isprintable() else escape(char)
