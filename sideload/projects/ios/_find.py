"""The project file of an app, from whatever of it a person names."""

import re
from pathlib import Path
from typing import Final

from sideload.errors import ProjectError
from sideload.host import files

PROJECT: Final = "project.pbxproj"
WORKSPACE: Final = "contents.xcworkspacedata"
LOCATION: Final = re.compile(r'location\s*=\s*"(?:group|container|self):([^"]*\.xcodeproj)"')
# CocoaPods writes this project anew each time.
FOREIGN: Final = frozenset({"Pods.xcodeproj"})


def project(app: Path) -> Path:
    """The `project.pbxproj` of an `.xcodeproj`, a workspace, or a folder that holds just one.

    Raises:
        ProjectError: There is none, or there are several.
        HostFileError: The workspace cannot be read.
    """
    candidates = _candidates(app)
    found = [one for one in candidates if (one / PROJECT).is_file() and one.name not in FOREIGN]
    if len(found) == 1:
        return found[0] / PROJECT
    if not found:
        raise ProjectError(
            f"there is no Xcode project in {files.shown(app)}", remedy="--into APP.xcodeproj"
        )
    names = ", ".join(files.shown(one) for one in found)
    raise ProjectError(
        f"{files.shown(app)} holds several Xcode projects: {names}", remedy=f"--into {found[0]}"
    )


def _candidates(app: Path) -> list[Path]:
    if app.name == PROJECT:
        return [app.parent]
    if app.suffix == ".xcodeproj":
        return [app]
    if app.suffix == ".xcworkspace":
        told = files.read_text(app / WORKSPACE, limit_bytes=1_000_000)
        return [app.parent / place for place in LOCATION.findall(told)]
    return sorted(app.glob("*.xcodeproj"))
