"""What an APK says of itself, and who signed it."""

import hashlib
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from sideload.simulated.android.apps import axml
from sideload.simulated.android.apps.axml import Element

MANIFEST: Final = "AndroidManifest.xml"
# Larger ones are no manifests.
_MOST_BYTES: Final = 16 << 20
_MAGIC: Final = b"APK Sig Block 42"
# Schemes 2, 3 and 3.1; each says the same of what is asked for here.
_SCHEMES: Final = (0x7109871A, 0xF05368C0, 0x1B93AD61)
_LAUNCHER: Final = ("android.intent.action.MAIN", "android.intent.category.LAUNCHER")


class BadPackageError(Exception):
    """An APK that Android refuses; the text is Android's word for why, and a reason."""


@dataclass(frozen=True, kw_only=True)
class Activity:
    """One screen of an app: its class by its whole name."""

    name: str
    is_exported: bool
    is_launcher: bool


@dataclass(frozen=True, kw_only=True)
class Package:
    """`signer` is the SHA-256 of the certificate that the APK is signed with."""

    name: str
    version_code: int
    min_sdk: int
    is_debuggable: bool
    is_test_only: bool
    activities: tuple[Activity, ...]
    abis: tuple[str, ...]
    signer: str


def read(apk: Path) -> Package:
    """The package in the file `apk`.

    Raises:
        BadPackageError: It is none that Android would install.
    """
    try:
        with zipfile.ZipFile(apk) as opened:
            if opened.getinfo(MANIFEST).file_size > _MOST_BYTES:
                raise BadPackageError("INSTALL_PARSE_FAILED_BAD_MANIFEST: it is too large")
            root = axml.parse(opened.read(MANIFEST))
            places = [name.split("/") for name in opened.namelist()]
    except KeyError:
        raise BadPackageError(f"INSTALL_PARSE_FAILED_BAD_MANIFEST: no {MANIFEST}") from None
    except ValueError as error:
        raise BadPackageError(f"INSTALL_PARSE_FAILED_BAD_MANIFEST: {error}") from error
    except (OSError, zipfile.BadZipFile, NotImplementedError, zlib.error) as error:
        raise BadPackageError(f"INSTALL_FAILED_INVALID_APK: {error}") from error
    abis = sorted({place[1] for place in places if place[0] == "lib" and len(place) > 2})  # noqa: PLR2004
    return replace(_package(root, tuple(abis)), signer=_signer(apk))


def _package(root: Element, abis: tuple[str, ...]) -> Package:
    name = root.attributes.get("package")
    application = next(root.all("application"), None)
    if not isinstance(name, str) or not name or application is None:
        raise BadPackageError("INSTALL_PARSE_FAILED_MANIFEST_MALFORMED: no package, or no app")
    # It becomes a folder.
    if not all(part.replace("_", "a").isalnum() for part in name.split(".")):
        raise BadPackageError("INSTALL_PARSE_FAILED_BAD_PACKAGE_NAME: not letters and digits")
    sdk = next(root.all("uses-sdk"), None)
    return Package(
        name=name,
        version_code=_number(root.attributes.get("versionCode")),
        min_sdk=_number(sdk.attributes.get("minSdkVersion")) if sdk else 1,
        is_debuggable=application.attributes.get("debuggable") is True,
        is_test_only=application.attributes.get("testOnly") is True,
        activities=tuple(_activities(application, name)),
        abis=abis,
        signer="",
    )


def _number(value: axml.Value | None) -> int:
    return value if isinstance(value, int) else 1


def _activities(application: Element, package: str) -> Iterator[Activity]:
    for element in application.all("activity"):
        name = str(element.attributes.get("name", ""))
        filters = [_words(each) for each in element.all("intent-filter")]
        exported = element.attributes.get("exported")
        yield Activity(
            name=absolute(name, package),
            is_exported=bool(filters) if exported is None else exported is True,
            is_launcher=any(set(_LAUNCHER) <= words for words in filters),
        )


def absolute(name: str, package: str) -> str:
    """A class by its whole name; in manifests and commands it may be relative to the package."""
    if name.startswith("."):
        return package + name
    return name if "." in name else f"{package}.{name}"


def _words(intent_filter: Element) -> set[str]:
    return {str(child.attributes.get("name")) for child in intent_filter.children}


def _signer(apk: Path) -> str:
    """The certificate's SHA-256, from the block before the directory; nothing is proven here.

    Raises:
        BadPackageError: It is not signed, in a scheme that Android takes from version 7 on.
    """
    try:
        blocks = dict(_blocks(apk.read_bytes()))
        for scheme in _SCHEMES:
            if scheme in blocks:
                return hashlib.sha256(_certificate(blocks[scheme])).hexdigest()
    except (struct.error, ValueError) as error:
        raise BadPackageError(f"INSTALL_PARSE_FAILED_NO_CERTIFICATES: {error}") from error
    raise BadPackageError("INSTALL_PARSE_FAILED_NO_CERTIFICATES: it is not signed")


def _blocks(data: bytes) -> Iterator[tuple[int, bytes]]:
    end = data.rfind(b"PK\x05\x06")
    (directory,) = struct.unpack_from("<I", data, end + 16)
    if data[directory - len(_MAGIC) : directory] != _MAGIC:
        return
    (size_bytes,) = struct.unpack_from("<Q", data, directory - 24)
    at, last = directory - size_bytes, directory - 24
    while at < last:
        length, number = struct.unpack_from("<QI", data, at)
        yield number, data[at + 12 : at + 8 + length]
        at += 8 + length


def _certificate(block: bytes) -> bytes:
    # Of lists in lists, each behind its length: the first signer's data: digests, certificates.
    signed = _first(_first(_first(block)))
    (digests_bytes,) = struct.unpack_from("<I", signed)
    return _first(_first(signed[4 + digests_bytes :]))


def _first(data: bytes) -> bytes:
    (size_bytes,) = struct.unpack_from("<I", data)
    if size_bytes > len(data) - 4:
        raise ValueError("a signature is cut off")
    return data[4 : 4 + size_bytes]
