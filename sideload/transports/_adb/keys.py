"""The key that phones know this computer by: adb's own where there is one, else one of ours."""

import contextlib
import shutil
import tempfile
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

from adb_shell.auth.keygen import keygen
from adb_shell.auth.sign_cryptography import CryptographySigner

from sideload.errors import HostFileError
from sideload.host import console, places
from sideload.transports._adb.handshake import Signer

_NAME: Final = "adbkey"
_ADBS_FOLDER: Final = ".android"
_OTHERS: Final = 0o077


def signers() -> tuple[Signer, ...]:
    """The signers to try, in order; a key is made where there is none.

    Raises:
        HostFileError: A key cannot be read or made.
    """
    key = places.adb_key()
    if not key.is_file():
        _make(key)
    _keep_from_others(key)
    return (_signer(key, key.stat().st_mtime_ns),)


def _keep_from_others(key: Path) -> None:
    """Close a key of ours to others who can read it; of adb's own, say that they can."""
    if not key.stat().st_mode & _OTHERS:
        return
    if key.parent.name == _ADBS_FOLDER:
        _warn(key)
    else:
        with contextlib.suppress(OSError):  # somebody else's, and then not ours to close
            key.chmod(0o600)


@cache
def _warn(key: Path) -> None:
    console.warn(f"others can read the adb key: chmod 600 '{key}'")


def _public(key: Path) -> Path:
    return key.with_name(f"{key.name}.pub")


@lru_cache(maxsize=4)
def _signer(key: Path, changed_ns: int) -> Signer:
    # Reading a key proves that its numbers are sound, which takes longer than a connection does.
    del changed_ns
    try:
        signer: Signer = CryptographySigner(str(key))
    except PermissionError as error:
        raise HostFileError(
            f"the adb key {key} cannot be read: {error.strerror}", remedy=f"chmod 600 '{key}'"
        ) from error
    except (OSError, ValueError, TypeError) as error:
        raise HostFileError(
            f"the adb key {key} cannot be read: {error}",
            remedy=f"rm '{key}' '{_public(key)}', then run the command again for a new one",
        ) from error
    return signer


def _make(key: Path) -> None:
    """Write a key pair that at no moment anybody else can read, unless another run is faster."""
    folder = key.parent
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        # adb-shell writes the private key for all to see, so it does that where nobody can look.
        private = Path(tempfile.mkdtemp(dir=folder.parent, prefix=".adb-"))
        try:
            made = private / key.name
            keygen(str(made))
            for file in (made, _public(made)):
                file.chmod(0o600)
            _publish(private, folder)
        finally:
            shutil.rmtree(private, ignore_errors=True)
    except OSError as error:
        raise HostFileError(
            f"no adb key can be made in {folder}: {error.strerror}",
            remedy="export XDG_DATA_HOME=a folder that you may write",
        ) from error


def _publish(private: Path, folder: Path) -> None:
    # Both files appear at once. Where the folder is not empty any more, another run's pair is fine.
    try:
        private.rename(folder)
    except OSError:
        if not (folder / _NAME).is_file():
            raise
