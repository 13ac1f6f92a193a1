"""Words that came over the wire, made fit for a terminal."""

from sideload.protocols.adb.packets import Data


def printable(data: Data) -> str:
    """The text, with a replacement for each letter that cannot be shown or would be a command."""
    text = bytes(data).decode("utf-8", "replace")
    return "".join(
        letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text
    )
