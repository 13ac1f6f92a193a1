"""The finished app, looked at with the tools of those who would install it."""

import hashlib
import re
import struct
import zipfile
from pathlib import Path

import pytest

from sideload.host import android_tools, java, places, process
from sideload.projects.android.apk import _pack
from sideload.values import Apk
from tests.projects.android.apk import aars
from tests.projects.android.apk import app as apps
from tests.projects.android.apk.app import Made

PAGE_BYTES = 16384


def shown(app: Apk, *words: str) -> str:
    said = android_tools.run("aapt2", ["dump", words[0], app.file.path, *words[1:]])
    return said.stdout.decode("utf-8")


def entries(app: Apk) -> dict[str, bytes]:
    with zipfile.ZipFile(app.file.path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="session")
def instructions(app: Apk, tmp_path_factory: pytest.TempPathFactory) -> str:
    dex = tmp_path_factory.mktemp("dex") / "classes.dex"
    dex.write_bytes(entries(app)["classes.dex"])
    return android_tools.run("dexdump", ["-d", dex]).stdout.decode("utf-8", "replace")


def test_a_phone_sees_one_app_that_can_be_started_and_asks_for_nothing(app: Apk) -> None:
    said = shown(app, "badging")

    assert "package: name='dev.sideload.benchmark' versionCode='1' versionName='1.0'" in said
    assert "launchable-activity: name='dev.sideload.benchmark.BenchmarkActivity'" in said
    assert "sdkVersion:'26'\ntargetSdkVersion:'36'" in said
    assert "native-code: 'x86_64'" in said
    assert "uses-permission" not in said
    assert "debuggable" not in said


def test_its_manifest_lets_a_shell_profile_it_and_native_code_stay_in_the_app(app: Apk) -> None:
    said = shown(app, "xmltree", "--file", "AndroidManifest.xml")

    assert re.search(r"E: profileable.*\n.*android:shell\(0x01010594\)=true", said)
    assert re.search(r"extractNativeLibs\(0x[0-9a-f]+\)=false", said)
    assert "provider" not in said
    assert "http://schemas.android.com/tools" not in said


def test_models_and_native_code_begin_at_pages_in_the_signed_file(app: Apk) -> None:
    data = app.file.path.read_bytes()
    with zipfile.ZipFile(app.file.path) as archive:
        mapped = [one for one in archive.infolist() if one.filename.startswith(("assets/", "lib/"))]
        contents = {one.filename: archive.read(one) for one in mapped}

    for one in mapped:
        name, extra = struct.unpack_from("<HH", data, one.header_offset + 26)
        begins = one.header_offset + 30 + name + extra
        field = data[begins - extra : begins]
        assert struct.unpack_from("<H", field)[0] == 0xD935, one.filename
        assert begins % PAGE_BYTES == 0, one.filename
        assert data[begins : begins + one.file_size] == contents[one.filename]
    assert len(mapped) > len(apps.MODELS)


def test_models_are_in_it_to_the_byte_under_the_names_that_bindings_know(made: Made) -> None:
    held = entries(made.apk)
    code = held["classes.dex"]
    with apps.home(made.project.home):
        pairs = apps.lowered(made.project.home)

    for _, artifact in pairs:
        asset = held[f"assets/sideload/{artifact.file.path.name}"]
        assert hashlib.sha256(asset).hexdigest() == artifact.file.sha256
        assert f"sideload/{artifact.file.path.name}".rpartition("/")[2].encode() in code


def test_native_code_of_every_library_is_in_it_once(app: Apk) -> None:
    names = {name for name in entries(app) if name.startswith("lib/")}

    assert names == {
        f"lib/x86_64/{name}"
        for name in (
            *("libonnxruntime.so", "libonnxruntime4j_jni.so"),
            *("libfbjni.so", "libc++_shared.so"),
        )
    }
    assert app.abis == ("x86_64",)


def test_what_a_phone_might_not_do_is_said(app: Apk) -> None:
    assert "not for arm64-v8a: a library has no native code for that" in app.notes
    assert any("pages of 16 KB cannot load libonnxruntime.so" in note for note in app.notes)


def test_nothing_is_left_that_only_a_desktop_machine_could_run(instructions: str) -> None:
    assert "invoke-virtual" in instructions
    assert "invoke-custom" not in instructions


def test_code_of_app_bindings_and_runtimes_is_in_it_and_what_nobody_calls_is_not(
    app: Apk, instructions: str
) -> None:
    classes = set(re.findall(r"Class descriptor *: 'L([^;]+);'", instructions))

    assert {
        "dev/sideload/benchmark/BenchmarkActivity",
        *(f"sideload/models/{name}" for name in app.models),
        "ai/onnxruntime/OrtSession",
        "ai/onnxruntime/providers/NNAPIFlags",
        "org/pytorch/executorch/Module",
    } <= classes
    assert "kotlin/time/Duration" not in classes


def test_it_is_signed_with_the_debug_key_in_the_two_newest_ways(app: Apk) -> None:
    keytool: list[str | Path] = [java.home() / "bin/keytool", "-list", "-storepass", "android"]
    words: list[str | Path] = [
        "verify",
        "--verbose",
        "--print-certs",
        "--min-sdk-version",
        "26",
        app.file.path,
    ]
    said = android_tools.apksigner(words, remedy="").stdout.decode()
    keytool += ["-keystore", places.debug_keystore()]
    listed = process.run(keytool, timeout_s=60, remedy="").stdout

    assert "v2): true" in said.replace("Scheme v2", "v2")
    assert "v3): true" in said.replace("Scheme v3", "v3")
    assert f"certificate SHA-256 digest: {app.certificate}" in said
    assert app.certificate.upper() in listed.decode().replace(":", "")


def test_the_same_content_is_packed_to_the_same_bytes(app: Apk, tmp_path: Path) -> None:
    content = [_pack.Entry(name=f"assets/{n}", content=n.encode(), mapped=True) for n in "ab"]
    base = aars.write(tmp_path / "base.apk", {"AndroidManifest.xml": b"m", "resources.arsc": b"r"})
    for name in ("one", "two"):
        _pack.packed(base, content, tmp_path / name)

    assert app.file.path.is_file()
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
