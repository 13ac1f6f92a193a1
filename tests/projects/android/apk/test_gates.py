"""What is refused of a finished app: each gate, shown on something that it must not let through."""

import struct
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from sideload.errors import ArtifactCheckError, ProjectError
from sideload.host import java, maven
from sideload.projects.android.apk import _check, _compile, _manifest, _pack, _sign
from sideload.projects.android.apk._manifest import Manifest
from sideload.values import Apk
from tests.projects.android.apk import aars

ACTIVITY = "dev.sideload.benchmark.BenchmarkActivity"
LAMBDA = """
package dev.sideload.benchmark;
public class BenchmarkActivity {
    Runnable later(String text) { return () -> System.out.println(text); }
}
"""


@pytest.fixture(scope="module")
def undesugared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Code with a lambda in it, made without the shrinker."""
    aars.has_tools()
    folder = tmp_path_factory.mktemp("undesugared")
    jar = aars.javac(LAMBDA, "BenchmarkActivity", folder)
    words = ["--dex", "--min-sdk-version=26", "--output=classes.dex", jar.name]
    dexer = maven.fetch([_compile.DEXER])
    main = "com.android.dx.command.Main"
    java.run("dx", main, words, classpath=dexer, heap="1g", remedy="", cwd=folder)
    return folder / "classes.dex"


def manifest(app: Apk) -> Manifest:
    return Manifest(
        text=b"",
        package=app.package,
        activity=app.activity,
        permissions=(),
        min_sdk=26,
        target_sdk=36,
    )


def test_a_call_that_android_cannot_make_is_refused_and_shown(undesugared: Path) -> None:
    with pytest.raises(ArtifactCheckError, match=r"needs what .*invoke-custom"):
        _check.code(undesugared, ACTIVITY)


def test_code_without_what_starts_the_app_is_refused(app: Apk, tmp_path: Path) -> None:
    dex = tmp_path / "classes.dex"
    with zipfile.ZipFile(app.file.path) as archive:
        dex.write_bytes(archive.read("classes.dex"))
    _check.code(dex, ACTIVITY)

    with pytest.raises(ArtifactCheckError, match=r"has no dev\.sideload\.Nothing in it"):
        _check.code(dex, "dev.sideload.Nothing")


@pytest.mark.parametrize(
    "wrong",
    [
        {"package": "dev.other"},
        {"activity": "dev.sideload.benchmark.Other"},
        {"permissions": ("android.permission.INTERNET",)},
    ],
)
def test_an_app_that_shows_itself_as_another_one_is_refused(
    app: Apk, wrong: dict[str, str]
) -> None:
    _check.badging(app.file.path, manifest(app))

    with pytest.raises(ArtifactCheckError, match="calls itself"):
        _check.badging(app.file.path, replace(manifest(app), **wrong))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("compression", "said"), [(zipfile.ZIP_STORED, "at 57"), (zipfile.ZIP_DEFLATED, "compressed")]
)
def test_a_model_that_cannot_be_mapped_is_refused(
    tmp_path: Path, compression: int, said: str
) -> None:
    apk = tmp_path / "app.apk"
    with zipfile.ZipFile(apk, "w", compression=compression) as archive:
        archive.writestr("assets/sideload/digits.onnx", b"a model")

    with pytest.raises(ArtifactCheckError, match=rf"digits\.onnx is {said}"):
        _pack.check(apk)


def test_a_byte_changed_after_signing_is_noticed(app: Apk, tmp_path: Path) -> None:
    data = bytearray(app.file.path.read_bytes())
    with zipfile.ZipFile(app.file.path) as archive:
        data[archive.getinfo("lib/x86_64/libonnxruntime.so").header_offset + 20_000] ^= 1
    changed = tmp_path / "app.apk"
    changed.write_bytes(data)

    with pytest.raises(ArtifactCheckError, match="does not verify"):
        _sign.verified(changed)


def test_more_than_an_apk_can_hold_is_refused_before_it_is_written(tmp_path: Path) -> None:
    # A hole in a file takes no room on the disk.
    with (tmp_path / "large.onnx").open("wb") as file:
        file.truncate(_pack.LIMIT_BYTES + 1)
    entry = _pack.Entry(name="assets/large.onnx", content=tmp_path / "large.onnx", mapped=True)

    with pytest.raises(ProjectError, match=r"at most 2,147,483,647 bytes") as caught:
        _pack.packed(tmp_path / "base.apk", [entry], tmp_path / "app.apk")

    assert "--new FOLDER" in caught.value.remedy
    assert not (tmp_path / "app.apk").exists()


@pytest.mark.parametrize(
    ("align_bytes", "is_small"), [(4096, True), (1 << 14, False), (1 << 16, False)]
)
def test_native_code_for_small_pages_is_told_by_its_segments(
    tmp_path: Path, align_bytes: int, is_small: bool
) -> None:
    header = b"\x7fELF\x02\x01".ljust(32, b"\0") + struct.pack("<Q", 64)
    header = header.ljust(54, b"\0") + struct.pack("<HH", 56, 2)
    note = struct.pack("<I44xQ", 4, 4)
    load = struct.pack("<I44xQ", 1, align_bytes)
    (tmp_path / "lib.so").write_bytes(header.ljust(64, b"\0") + note + load)

    assert _check.small_pages(tmp_path / "lib.so") is is_small
    (tmp_path / "lib.so").write_bytes(b"no library")
    assert not _check.small_pages(tmp_path / "lib.so")


APP = b"""<manifest xmlns:android="http://schemas.android.com/apk/res/android"
    xmlns:tools="http://schemas.android.com/tools">
  <application tools:ignore="AllowBackup"><activity android:name="%s"><intent-filter>
    <category android:name="android.intent.category.LAUNCHER" />
  </intent-filter></activity></application>
</manifest>"""
MODULE = b"""<manifest xmlns:android="http://schemas.android.com/apk/res/android"
    xmlns:tools="http://schemas.android.com/tools">
  <uses-permission android:name="android.permission.INTERNET" />
  <uses-permission android:name="android.permission.CAMERA" tools:node="remove" />
  <application>
    <meta-data android:name="kept" android:value="1" />
    <provider android:name="ai.onnxruntime.TelemetryInitializer" tools:node="remove" />
  </application>
</manifest>"""


def test_what_a_module_asks_for_is_asked_for_and_what_it_takes_out_is_not() -> None:
    made = _manifest.manifest(APP % b"dev.other.Main", [MODULE], min_sdk=26, target_sdk=36)

    assert made.permissions == ("android.permission.INTERNET",)
    assert made.activity == "dev.other.Main"
    assert b"kept" in made.text
    assert not any(word in made.text for word in (b"CAMERA", b"Telemetry", b"tools"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"<manifest>", "no XML"),
        (b"<manifest />", "no application"),
        (b"<manifest><application /></manifest>", "can be started"),
    ],
)
def test_a_manifest_that_no_app_can_have_is_refused(text: bytes, said: str) -> None:
    with pytest.raises(ProjectError, match=said) as caught:
        _manifest.manifest(text, [], min_sdk=26, target_sdk=36)

    assert "AndroidManifest.xml.j2" in caught.value.remedy
