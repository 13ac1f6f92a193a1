"""Changes to a copy of adbd: what Debian has switched off, and what it shall not offer."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

# Debian's adbd lets everybody in: it stores 0 in `auth_required`, just before it asks for its port.
# x86-64: lea auth_required, %rax; movb $0, (%rax); lea "ADBD_PORT", %rdi.
_LETS_IN: Final = re.compile(rb"(\x48\x8d\x05.{4}\xc6\x00)\x00(?=\x48\x8d\x3d)", re.DOTALL)
# What comes before letters that an instruction stores: mov of four into memory, of eight into a
# register. The list of features is made so, because its strings are short.
_STORES: Final = (
    rb"\xc7\x44\x24.|\xc7\x84\x24.{4}|\xc7\x04\x24|\xc7[\x40-\x47]."
    rb"|[\x48\x49][\xb8-\xbf]"
)
_FOUR: Final = 4
_EIGHT: Final = 8


def patched(program: bytes, *, asks_for_keys: bool, without: Iterable[str]) -> bytes:
    """The program changed: `without` features, by their name in the first packet.

    A feature's name is spelt otherwise, so that no client has one of that name.

    Raises:
        LookupError: This build has no place for one of the changes, or several.
    """
    if asks_for_keys:
        program, count = _LETS_IN.subn(b"\\g<1>\x01", program)
        _expect(count == 1, "adbd's switch for keys")
    for feature in without:
        name = feature.encode()
        program, count = _made(name).subn(rb"\g<1>x", program)
        _expect(count > 0, f"the feature {feature}")
    return program


def write(program: Path, changed: Path, *, asks_for_keys: bool, without: Iterable[str]) -> Path:
    """`program` itself where there is nothing to change, else `changed`, which is written."""
    features = tuple(without)
    if not (asks_for_keys or features):
        return program
    changed.write_bytes(
        patched(program.read_bytes(), asks_for_keys=asks_for_keys, without=features)
    )
    changed.chmod(0o755)
    return changed


def _made(name: bytes) -> re.Pattern[bytes]:
    """Where the first letter of a feature's name is, by the letters after it."""
    first, rest = name[:1], name[1 : _EIGHT if len(name) >= _EIGHT else _FOUR]
    return re.compile(rb"(%s)%s(?=%s)" % (_STORES, first, rest), re.DOTALL)


def _expect(is_found: bool, what: str) -> None:
    if not is_found:
        raise LookupError(f"this build of adbd has no place, or several, for {what}")
