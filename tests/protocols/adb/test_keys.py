import base64
from pathlib import Path

import pytest
from adb_shell.auth.keygen import keygen
from adb_shell.auth.sign_cryptography import CryptographySigner
from adb_shell.auth.sign_pythonrsa import PythonRSASigner

from sideload.errors import ProtocolError
from sideload.protocols.adb import keys
from tests.protocols.adb.hostile import garbage, mutated

TOKEN = bytes(range(20))


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("keys") / "adbkey"
    keygen(str(path))
    return path


@pytest.fixture(scope="module")
def line(pair: Path) -> bytes:
    return pair.with_suffix(".pub").read_bytes()


def test_a_key_that_adb_shell_wrote_is_read_and_written_back_byte_for_byte(line: bytes) -> None:
    key = keys.parse(line + b"\0")

    owner = line.partition(b" ")[2].decode()
    assert keys.encode(key, owner) == line
    assert key.exponent == 65537


def test_both_of_adb_shells_signers_prove_that_they_have_the_key(pair: Path, line: bytes) -> None:
    key = keys.parse(line)

    assert keys.verifies(key, TOKEN, CryptographySigner(str(pair)).Sign(TOKEN))
    assert keys.verifies(key, TOKEN, PythonRSASigner.FromRSAKeyPath(str(pair)).Sign(TOKEN))


def test_a_signature_of_another_token_proves_nothing(pair: Path, line: bytes) -> None:
    signature = CryptographySigner(str(pair)).Sign(TOKEN)

    assert not keys.verifies(keys.parse(line), bytes(20), signature)


def test_no_other_bytes_are_a_signature(pair: Path, line: bytes) -> None:
    key = keys.parse(line)
    signature = CryptographySigner(str(pair)).Sign(TOKEN)

    others = (*mutated(signature, 100), *garbage(50, 300), b"\0" * 256, b"\xff" * 256)
    assert not any(keys.verifies(key, TOKEN, other) for other in others if other != signature)


@pytest.mark.parametrize("exponent", [0, 1, 2, 65536])
def test_a_key_whose_exponent_lets_everybody_sign_is_refused(line: bytes, exponent: int) -> None:
    weak = keys.encode(keys.parse(line)._replace(exponent=exponent))

    with pytest.raises(ProtocolError, match="RSA-2048"):
        keys.parse(weak)


def test_a_key_with_an_even_modulus_is_refused(line: bytes) -> None:
    blob = bytearray(base64.b64decode(line.split(b" ")[0]))
    blob[8] &= 0xFE

    with pytest.raises(ProtocolError, match="RSA-2048"):
        keys.parse(base64.b64encode(blob))


def test_no_bytes_whatever_raise_anything_else_than_a_protocol_error(line: bytes) -> None:
    for data in (*garbage(300, 800), *mutated(line, 300)):
        try:
            keys.parse(data)
        except ProtocolError:
            continue
