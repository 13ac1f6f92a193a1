"""The key that an app is signed with: the user's own, or the one that everybody tries apps with."""

import os
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sideload.errors import ArtifactCheckError, ToolFailedError, UsageError
from sideload.host import android_tools, files, java, locks, places, process

PASSWORD_VARIABLE: Final = "SIDELOAD_KEYSTORE_PASSWORD"  # noqa: S105 - where it is
# As Android's own tools have them: such a key proves nothing, and is not asked to.
DEBUG_ALIAS: Final = "androiddebugkey"
DEBUG_PASSWORD: Final = "android"  # noqa: S105 - known to everybody
OWNER: Final = "CN=Android Debug,O=Android,C=US"
VALID_DAYS: Final = 10_950
TIMEOUT_S: Final = 120.0
SCHEMES: Final = ("v2", "v3")
CERTIFICATE: Final = re.compile(rb"certificate SHA-256 digest: (?P<digest>[0-9a-f]{64})")


@dataclass(frozen=True, kw_only=True)
class Keystore:
    """A file with keys; without an alias, the only key in it."""

    path: Path
    alias: str = ""
    is_debug: bool = False


def keystore(path: Path | None, alias: str) -> Keystore:
    """The user's own, or the debug key, which is made if there is none.

    Raises:
        UsageError: There is no such file, no password, or an alias without a file.
        MissingToolError: There is no JDK to make a key with.
    """
    if path is None:
        if alias:
            raise UsageError("--key-alias names a key of a file", remedy="--keystore FILE too")
        return _debug()
    if not path.is_file():
        raise UsageError(f"there is no keystore {files.shown(path)}", remedy="check the path")
    if PASSWORD_VARIABLE not in os.environ:
        raise UsageError(
            f"the keystore's password is not in {PASSWORD_VARIABLE}",
            remedy=f"read -rs {PASSWORD_VARIABLE} && export {PASSWORD_VARIABLE}",
        )
    return Keystore(path=path, alias=alias)


def signed(unsigned: Path, key: Keystore, into: Path) -> str:
    """Write the APK with its signature; the SHA-256 of the signer's certificate, in hex.

    Raises:
        MissingToolError: There is no JDK, or no apksigner for this machine.
        ToolFailedError: The key cannot be had: a wrong password, or no key of that alias.
        ArtifactCheckError: What was signed does not verify.
    """
    password = f"pass:{DEBUG_PASSWORD}" if key.is_debug else f"env:{PASSWORD_VARIABLE}"
    words: list[str | Path] = ["sign", "--ks", key.path, "--ks-pass", password]
    words += ["--ks-key-alias", key.alias] if key.alias else []
    words += ["--v1-signing-enabled", "false", "--v4-signing-enabled", "false"]
    for scheme in SCHEMES:
        words += [f"--{scheme}-signing-enabled", "true"]
    remedy = f"check {PASSWORD_VARIABLE}, --keystore and --key-alias"
    android_tools.apksigner([*words, "--out", into, unsigned], remedy=remedy)
    return verified(into)


def verified(apk: Path) -> str:
    """The SHA-256 of the certificate that the APK is signed with, once for all of the file.

    Raises:
        ArtifactCheckError: It is not signed, or was changed since.
    """
    remedy = "sideload bundle --apk, once more"
    try:
        said = android_tools.apksigner(["verify", "--print-certs", apk], remedy=remedy).stdout
        return next(CERTIFICATE.finditer(said))["digest"].decode()
    except (ToolFailedError, StopIteration) as error:
        raise ArtifactCheckError(
            f"{files.shown(apk)} does not verify: {error}", remedy=remedy
        ) from error


def _debug() -> Keystore:
    path = places.debug_keystore()
    if not path.is_file():
        with locks.held("debug keystore", folder=path.parent, wait_s=TIMEOUT_S, doing="making it"):
            if not path.is_file():
                _make(path)
    return Keystore(path=path, alias=DEBUG_ALIAS, is_debug=True)


def _make(path: Path) -> None:
    with tempfile.TemporaryDirectory() as name:
        made = Path(name) / path.name
        words = ["-genkeypair", "-storetype", "PKCS12", "-storepass", DEBUG_PASSWORD]
        words += ["-alias", DEBUG_ALIAS, "-dname", OWNER, "-validity", str(VALID_DAYS)]
        words += ["-keyalg", "RSA", "-keysize", "2048", "-keystore", str(made)]
        program = java.home() / "bin" / "keytool"
        process.run([program, *words], timeout_s=TIMEOUT_S, remedy=java.REMEDY)
        files.write_bytes(path, files.read_bytes(made), mode=0o600)
