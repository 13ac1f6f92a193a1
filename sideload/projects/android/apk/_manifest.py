"""The app's manifest, with what Gradle would have added to it, in the form that a phone reads."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET

from sideload.errors import ProjectError
from sideload.host import android_tools, files

ANDROID: Final = "http://schemas.android.com/apk/res/android"
TOOLS: Final = "http://schemas.android.com/tools"
PACKAGE: Final = "dev.sideload.benchmark"
LAUNCHER: Final = "android.intent.category.LAUNCHER"
REMEDY: Final = "mend AndroidManifest.xml.j2 in templates/apps/android/"


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """The text of a whole manifest, and what it says; `permissions` are sorted."""

    text: bytes
    package: str
    activity: str
    permissions: tuple[str, ...]
    min_sdk: int
    target_sdk: int


def manifest(app: bytes, modules: Sequence[bytes], *, min_sdk: int, target_sdk: int) -> Manifest:
    """The manifest of `app` together with what its modules ask for.

    Those of the runtimes themselves are left out, and with them all that they would report.

    Raises:
        ProjectError: One of them is no manifest, or the app has nothing that can be started.
    """
    root = _parsed(app)
    for module in map(_parsed, modules):
        _merge(root, module)
    root.set("package", PACKAGE)
    application = _application(root)
    # Native code is loaded from where it is in the APK, as it is for apps of today.
    application.set(_android("extractNativeLibs"), "false")
    for element in root.iter():
        for name in [each for each in element.attrib if each.startswith(f"{{{TOOLS}}}")]:
            del element.attrib[name]
    ET.register_namespace("android", ANDROID)
    return Manifest(
        text=ET.tostring(root, encoding="utf-8", xml_declaration=True),
        package=PACKAGE,
        activity=_launched(root),
        permissions=tuple(sorted(_names(root, "uses-permission"))),
        min_sdk=min_sdk,
        target_sdk=target_sdk,
    )


def linked(made: Manifest, work: Path) -> Path:
    """An APK with nothing but the manifest, and the resources that it needs.

    Raises:
        MissingToolError: There is no aapt2 for this machine.
        ToolFailedError: It does not understand the manifest.
    """
    place, apk = work / "AndroidManifest.xml", work / "base.apk"
    files.write_bytes(place, made.text)
    words: list[str | Path] = ["link", "-o", apk, "--manifest", place]
    words += ["-I", android_tools.framework(), "--version-code", "1", "--version-name", "1.0"]
    words += ["--min-sdk-version", str(made.min_sdk), "--target-sdk-version", str(made.target_sdk)]
    android_tools.run("aapt2", words, remedy=REMEDY)
    return apk


def _parsed(text: bytes) -> ET.Element:
    try:
        return ET.fromstring(text)  # noqa: S314 - made from a template of ours or of the user's
    except ET.ParseError as error:
        raise ProjectError(f"a manifest is no XML: {error}", remedy=REMEDY) from error


def _merge(root: ET.Element, module: ET.Element) -> None:
    application = _application(root)
    for child in _kept(module):
        if child.tag == "application":
            application.extend(_kept(child))
        else:
            root.append(child)


def _kept(parent: ET.Element) -> Iterator[ET.Element]:
    """Without what is only there to take something out of a runtime's own manifest."""
    yield from (child for child in parent if child.get(f"{{{TOOLS}}}node") != "remove")


def _application(root: ET.Element) -> ET.Element:
    found = root.find("application")
    if found is None:
        raise ProjectError("the app's manifest has no application in it", remedy=REMEDY)
    return found


def _launched(root: ET.Element) -> str:
    for activity in root.iter("activity"):
        if LAUNCHER in _names(activity, "category"):
            name = activity.get(_android("name")) or ""
            return f"{PACKAGE}{name}" if name.startswith(".") else name
    raise ProjectError("no activity of the app's manifest can be started", remedy=REMEDY)


def _names(element: ET.Element, tag: str) -> list[str]:
    return [one.get(_android("name")) or "" for one in element.iter(tag)]


def _android(name: str) -> str:
    return f"{{{ANDROID}}}{name}"
