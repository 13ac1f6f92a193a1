"""Android's form of an RSA-2048 public key, and what a signature with the private one proves.

A key is one line: base64, then perhaps a space and whose key it is. The base64 holds little-endian
words: how many words the modulus has, -1/n mod 2^32, the modulus n, R^2 mod n, the exponent.
"""

import base64
import binascii
import struct
from typing import Final, NamedTuple

from sideload.errors import ProtocolError
from sideload.protocols.adb.packets import Data

MODULUS_SIZE: Final = 256
# As long as a SHA-1 hash, because that is what adb signs it as.
TOKEN_SIZE: Final = 20

_KEY: Final = struct.Struct(f"<II{MODULUS_SIZE}s{MODULUS_SIZE}sI")
_WORDS: Final = MODULUS_SIZE // 4
_WORD: Final = 1 << 32
# What PKCS #1 puts around a SHA-1 hash before it is signed.
_DIGEST_INFO: Final = bytes.fromhex("3021300906052b0e03021a05000414")
# Base64 of a key has 700 characters; the rest of the line is a comment.
_MOST_LINE: Final = 4096
_REMEDY: Final = "remove the key's line, then connect again and accept the phone's question"


class PublicKey(NamedTuple):
    """The two numbers of a public key."""

    modulus: int
    exponent: int


def encode(key: PublicKey, owner: str = "") -> bytes:
    """The line, without a line end, that stands in `adbkey.pub` and in a phone's `adb_keys`."""
    inverse = _WORD - pow(key.modulus, -1, _WORD)
    squared = pow(1 << 8 * MODULUS_SIZE, 2, key.modulus)
    modulus, residue = (
        number.to_bytes(MODULUS_SIZE, "little") for number in (key.modulus, squared)
    )
    blob = _KEY.pack(_WORDS, inverse, modulus, residue, key.exponent)
    return base64.b64encode(blob) + (b" " + owner.encode() if owner else b"")


def parse(line: Data) -> PublicKey:
    """Read a line with a key; a NUL or line end after it is ignored.

    Raises:
        ProtocolError: It holds no RSA-2048 key in Android's form.
    """
    text = bytes(line[:_MOST_LINE]).rstrip(b"\0\r\n ").split(b" ")[0]
    try:
        words, _, modulus, _, exponent = _KEY.unpack(base64.b64decode(text, validate=True))
    except (binascii.Error, struct.error) as error:
        raise ProtocolError(f"not an Android public key: {error}", remedy=_REMEDY) from error
    key = PublicKey(int.from_bytes(modulus, "little"), exponent)
    # An even or short modulus is no RSA key; with an exponent of 1, everybody could sign.
    is_sound = key.modulus % 2 and key.modulus >> 8 * MODULUS_SIZE - 1 and exponent in {3, 65537}
    if words != _WORDS or not is_sound:
        raise ProtocolError("not an Android public key: no RSA-2048 numbers", remedy=_REMEDY)
    return key


def verifies(key: PublicKey, token: Data, signature: Data) -> bool:
    """Has the owner of `key` signed `token`?"""
    if len(signature) != MODULUS_SIZE:
        return False
    number = int.from_bytes(signature, "big")
    if number >= key.modulus:
        return False
    opened = pow(number, key.exponent, key.modulus).to_bytes(MODULUS_SIZE, "big")
    # The whole block is compared, so nothing can hide in its padding.
    signed = b"\0" + _DIGEST_INFO + bytes(token)
    return opened == b"\0\1" + b"\xff" * (MODULUS_SIZE - 2 - len(signed)) + signed
