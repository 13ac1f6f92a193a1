"""What Gradle makes of a project: which task to run, and where the app is afterwards."""

import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from sideload.errors import ProjectError
from sideload.host import files, gradle
from sideload.projects import _owned
from sideload.projects.android import _gradle, _library
from sideload.projects.android.apk import _pack
from sideload.values import FileRef

# A new project's app is built as it would be released, somebody's as it can be without a key.
RELEASED: Final = "Release"
DEVELOPED: Final = "Debug"
APKS: Final = "build/outputs/apk"
BUNDLES: Final = "build/outputs/bundle"
METADATA: Final = "output-metadata.json"
# Only these have pages of 16 KB.
WIDE: Final = ("lib/arm64-v8a/", "lib/x86_64/")
MODELS: Final = "assets/sideload/"
REMEDY: Final = "./gradlew assembleDebug in the app's own folder, to see what it makes"


@dataclass(frozen=True, kw_only=True)
class Built:
    """What came out, and sentences about what a phone would not do with it as it should."""

    files: tuple[FileRef, ...]
    notes: tuple[str, ...]


def build(named: Path) -> Built:
    """The APKs of the app in `named`; its app bundles, where models are in an asset pack.

    Raises:
        ProjectError: There is no app, or nothing came out.
        MissingToolError: There is no Gradle, or no Android SDK.
        ToolFailedError: The build failed.
        HostFileError: What came out cannot be read.
    """
    app = _gradle.find(named)
    module = app.build.path.parent
    is_packed = (app.root / _library.PACK).is_dir()
    kind = RELEASED if _owned.is_ours(app.root, PurePosixPath()) else DEVELOPED
    task = f"{'bundle' if is_packed else 'assemble'}{kind}"
    gradle.run(gradle.find(app.root), module, [task])
    places = _bundles(module, kind) if is_packed else _apks(module, kind)
    if not places:
        raise ProjectError(f"{task} left no app in {files.shown(module)}", remedy=REMEDY)
    notes = [note for place in places if not is_packed for note in _notes(place)]
    return Built(files=tuple(map(files.ref, places)), notes=tuple(notes))


def _notes(apk: Path) -> Iterator[str]:
    """What the build made otherwise than the scripts mean it."""
    try:
        held = list(_pack.offsets(apk))
    except (OSError, zipfile.BadZipFile) as error:
        raise ProjectError(f"{files.shown(apk)} is no APK: {error}", remedy=REMEDY) from error
    for name, offset in held:
        # What is compressed is unpacked when the app is installed, to where it fits any page.
        if name.startswith(WIDE) and offset is not None and offset % _pack.PAGE_BYTES:
            yield (
                f"{name} is not at a page of 16 KB in {apk.name}, and phones with such pages "
                "cannot load it: use Android's plugin 8.5.1 or newer"
            )
        if name.startswith(MODELS) and offset is None:
            yield f"{name} is compressed in {apk.name}: something after our lines sets noCompress"


def _apks(module: Path, kind: str) -> list[Path]:
    """Each APK that the plugin lists; with flavours there are several, and older builds may be."""
    found: list[Path] = []
    for listed in sorted((module / APKS).rglob(METADATA)):
        try:
            told = json.loads(files.read_text(listed))
            if str(told["variantName"]).lower().endswith(kind.lower()):
                found += [listed.parent / str(one["outputFile"]) for one in told["elements"]]
        except (ValueError, KeyError, TypeError) as error:
            raise ProjectError(
                f"{files.shown(listed)} lists no APK: {error}", remedy=REMEDY
            ) from error
    return found


def _bundles(module: Path, kind: str) -> list[Path]:
    found = sorted((module / BUNDLES).rglob("*.aab"))
    return [place for place in found if place.parent.name.lower().endswith(kind.lower())]
