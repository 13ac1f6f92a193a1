"""What Gradle makes of a project: which task to run, and where the app is afterwards."""

import json
from pathlib import Path, PurePosixPath
from typing import Final

from sideload.errors import ProjectError
from sideload.host import files, gradle
from sideload.projects import _owned
from sideload.projects.android import _gradle, _library
from sideload.values import FileRef

# A new project's app is built as it would be released, somebody's as it can be without a key.
RELEASED: Final = "Release"
DEVELOPED: Final = "Debug"
APKS: Final = "build/outputs/apk"
BUNDLES: Final = "build/outputs/bundle"
METADATA: Final = "output-metadata.json"
REMEDY: Final = "./gradlew assembleDebug in the app's own folder, to see what it makes"


def build(named: Path) -> tuple[FileRef, ...]:
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
    return tuple(files.ref(place) for place in places)


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
