import re
import subprocess
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from sideload import projects
from tests.bindings import kotlin_tools
from tests.projects.android.models import both

ANDROID = projects.get("android")
MANIFEST = "src/main/AndroidManifest.xml"
MERGE = Path(__file__).parent / "Merge.java"
NAMESPACE = "{http://schemas.android.com/apk/res/android}"
# The build says these to each manifest, from namespace and minSdk of its module.
SDK = '<uses-sdk android:minSdkVersion="26" android:targetSdkVersion="36" />'
BEGINNING = (
    '<manifest xmlns:android="http://schemas.android.com/apk/res/android"'
    ' xmlns:tools="http://schemas.android.com/tools" package="{package}">' + SDK
)
NETWORK = '<uses-permission android:name="android.permission.INTERNET" />'
STATE = '<uses-permission android:name="android.permission.ACCESS_NETWORK_STATE" />'
REMOVED = f"{NETWORK}{STATE}".replace(" />", ' tools:node="remove" />')
PROVIDER = (
    '<application><provider android:name="ai.onnxruntime.TelemetryInitializer"'
    ' android:authorities="${applicationId}.onnxruntime_telemetry_initializer"'
    ' android:exported="false" /></application>'
)
# What each app is merged of; a list begins with the app's own.
APPS = {
    "a new app": ("new", "module", "runtime"),
    "an app without the module": ("plain", "reporting"),
    "an app with the module": ("plain", "module", "reporting"),
    "an app that uses the network": ("online", "module", "reporting"),
    "an app with a library that uses it": ("plain", "module", "library", "runtime"),
    "an app that fetches": ("new", "fetching", "runtime"),
    "an app that says no": ("offline", "module", "reporting"),
}


def _manifests(folder: Path) -> Mapping[str, Path]:
    models = both(folder)
    fetched = [replace(one, address="https://example.com") for one in models]
    projects.apply(ANDROID.create(folder / "made", models))
    projects.apply(ANDROID.create(folder / "fetched", fetched))
    own = {
        "new": ("dev.sideload.benchmark", folder / "made/app" / MANIFEST),
        "module": ("sideload.models", folder / "made/sideload-models" / MANIFEST),
        "fetching": ("sideload.models", folder / "fetched/sideload-models" / MANIFEST),
    }
    texts = {
        name: re.sub(
            r"<manifest([^>]*)>", rf'<manifest\1 package="{package}">{SDK}', path.read_text("utf-8")
        )
        for name, (package, path) in own.items()
    }
    others = {
        "plain": ("com.example.app", ""),
        "online": ("com.example.app", NETWORK),
        "offline": ("com.example.app", REMOVED),
        "library": ("com.example.online", NETWORK),
        "runtime": ("ai.onnxruntime", ""),
        "reporting": ("ai.onnxruntime", NETWORK + STATE + PROVIDER),
    }
    for name, (package, body) in others.items():
        texts[name] = f"{BEGINNING.format(package=package)}{body}</manifest>"
    for name, text in texts.items():
        (folder / f"{name}.xml").write_text(text, "utf-8")
    return {name: folder / f"{name}.xml" for name in texts}


@pytest.fixture(scope="module")
def merged(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, set[str]]:
    """What each app asks for and starts, as the Android plugin's own merger says."""
    paths = _manifests(tmp_path_factory.mktemp("manifests"))
    apps = [":".join(str(paths[name]) for name in names) for names in APPS.values()]
    jars = ":".join(map(str, kotlin_tools.jars("manifests")))
    done = subprocess.run(
        ["java", "-cp", jars, str(MERGE), *apps],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    told = [_told(text) for text in done.stdout.split("\f")[:-1]]
    return dict(zip(APPS, told, strict=True))


def _told(text: str) -> set[str]:
    root = ET.fromstring(text.strip())  # noqa: S314 - the merger's own
    found = [one for tag in ("uses-permission", "provider") for one in root.iter(tag)]
    return {str(one.get(f"{NAMESPACE}name")).rpartition(".")[2] for one in found}


def test_a_new_app_asks_for_nothing_and_starts_nothing(merged: Mapping[str, set[str]]) -> None:
    assert merged["a new app"] == set()


def test_an_app_that_fetches_models_asks_for_the_network_alone(
    merged: Mapping[str, set[str]],
) -> None:
    assert merged["an app that fetches"] == {"INTERNET"}


def test_what_would_report_usage_does_not_start_with_an_app(
    merged: Mapping[str, set[str]],
) -> None:
    assert "TelemetryInitializer" in merged["an app without the module"]
    assert "TelemetryInitializer" not in merged["an app with the module"]


def test_what_others_ask_for_is_left_to_them(merged: Mapping[str, set[str]]) -> None:
    assert merged["an app that uses the network"] == {"INTERNET", "ACCESS_NETWORK_STATE"}
    assert merged["an app with a library that uses it"] == {"INTERNET"}


def test_an_app_can_take_out_what_a_newer_runtime_asks_for(merged: Mapping[str, set[str]]) -> None:
    assert merged["an app with the module"] == {"INTERNET", "ACCESS_NETWORK_STATE"}
    assert merged["an app that says no"] == set()
