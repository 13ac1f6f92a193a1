"""What an APK says of itself, whatever its bytes are."""

import struct
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from sideload.simulated.android.apps import axml, package
from sideload.simulated.android.apps.package import BadPackageError

# <manifest package="com.app"><application debuggable="true"/></manifest>
WORDS = ("package", "com.app", "manifest", "application", "debuggable", "activity", "name", ".Main")
NONE = 0xFFFFFFFF


def chunk(kind: int, head: bytes, body: bytes = b"") -> bytes:
    return struct.pack("<HHI", kind, 8 + len(head), 8 + len(head) + len(body)) + head + body


def strings(words: tuple[str, ...]) -> bytes:
    data, offsets = b"", []
    for word in words:
        offsets.append(len(data))
        data += struct.pack("<H", len(word)) + word.encode("utf-16-le") + b"\0\0"
    start = 28 + 4 * len(words)
    head = struct.pack("<IIIII", len(words), 0, 0, start, 0)
    return chunk(1, head, struct.pack(f"<{len(words)}I", *offsets) + data)


def begin(name: str, *attributes: tuple[str, int, int, int]) -> bytes:
    """Each attribute: name, the number of its text or NONE, its kind, its value."""
    rows = b"".join(
        struct.pack("<IIIHBBI", NONE, WORDS.index(key), raw, 8, 0, kind, value)
        for key, raw, kind, value in attributes
    )
    node = struct.pack(
        "<IIIIHHHHHH", 0, NONE, NONE, WORDS.index(name), 20, 20, len(attributes), 0, 0, 0
    )
    return chunk(0x102, node[:8], node[8:] + rows)


def end(name: str) -> bytes:
    return chunk(0x103, struct.pack("<II", 0, NONE), struct.pack("<II", NONE, WORDS.index(name)))


MANIFEST = b"".join(
    (
        begin("manifest", ("package", WORDS.index("com.app"), 3, WORDS.index("com.app"))),
        begin("application", ("debuggable", NONE, 0x12, NONE)),
        begin("activity", ("name", WORDS.index(".Main"), 3, WORDS.index(".Main"))),
        *(end("activity"), end("application"), end("manifest")),
    )
)
BINARY = chunk(3, b"", strings(WORDS) + MANIFEST)


def test_elements_attributes_and_what_is_in_them_are_read() -> None:
    root = axml.parse(BINARY)
    (application,) = root.all("application")
    (activity,) = application.all("activity")

    assert root.attributes == {"package": "com.app"}
    assert application.attributes == {"debuggable": True}
    assert activity.attributes == {"name": ".Main"}


@given(some.binary(max_size=300))
def test_any_bytes_are_xml_or_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        axml.parse(data)


@settings(max_examples=200)
@given(some.integers(0, len(BINARY) - 1), some.integers(0, 255), some.integers(0, 400))
def test_bytes_that_were_changed_or_cut_off_are_xml_or_refused(
    at: int, byte: int, cut: int
) -> None:
    data = BINARY[:at] + bytes([byte]) + BINARY[at + 1 :]
    for each in (data, data[: len(data) - cut]):
        try:
            root = axml.parse(each)
        except ValueError:
            continue
        assert isinstance(root, axml.Element)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ({}, "INSTALL_PARSE_FAILED_BAD_MANIFEST: no AndroidManifest.xml"),
        ({"AndroidManifest.xml": b"<manifest/>"}, "INSTALL_PARSE_FAILED_BAD_MANIFEST"),
        (
            {
                "AndroidManifest.xml": BINARY.replace(
                    "com.app".encode("utf-16-le"), "../../x".encode("utf-16-le")
                )
            },
            "INSTALL_PARSE_FAILED_BAD_PACKAGE_NAME",
        ),
        ({"AndroidManifest.xml": BINARY}, "INSTALL_PARSE_FAILED_NO_CERTIFICATES: it is not signed"),
    ],
)
def test_what_android_would_not_install_is_refused_in_its_words(
    content: dict[str, bytes], reason: str, tmp_path: Path
) -> None:
    apk = tmp_path / "a.apk"
    with zipfile.ZipFile(apk, "w") as opened:
        for name, data in content.items():
            opened.writestr(name, data)

    with pytest.raises(BadPackageError, match=reason):
        package.read(apk)


def test_what_is_no_zip_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.apk").write_bytes(b"PK\x03\x04 and nothing more")

    with pytest.raises(BadPackageError, match="INSTALL_FAILED_INVALID_APK"):
        package.read(tmp_path / "a.apk")
