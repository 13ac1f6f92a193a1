"""What Gradle would find in somebody's project: its modules, and which of them is an app.

Scripts are programs, and nobody but Gradle can know what they do; what is read here is what people
write. Where that is not enough, the module can be named instead of the project.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sideload.errors import ProjectError
from sideload.host import files
from sideload.projects.android import _catalog, _text

SETTINGS: Final = ("settings.gradle", "settings.gradle.kts")
BUILDS: Final = ("build.gradle", "build.gradle.kts")
APPLICATION: Final = "com.android.application"
QUOTED: Final = r"""(?:"([^"\n$]+)"|'([^'\n$]+)')"""
INCLUDE: Final = re.compile(rf"\binclude\b\s*\(?\s*({QUOTED}(?:\s*,\s*{QUOTED})*)")
MOVED: Final = re.compile(
    rf"project\(\s*{QUOTED}\s*\)\s*\.projectDir\s*=\s*(?:new\s+File|File|file)\s*\("
    rf"\s*(?:(?:settingsDir|rootDir|rootProject\.projectDir)\s*,\s*)?{QUOTED}"
)
APPLIED: Final = re.compile(
    rf"\bid\s*\(?\s*{QUOTED}\s*\)?(?P<rest>[^\n;]*)"
    rf"|\bapply\s*\(?\s*plugin\s*[:=]\s*{QUOTED}"
    r"|\balias\s*\(?\s*(?P<alias>[\w.]+)\s*\)?(?P<more>[^\n;]*)"
)
LIMIT_BYTES: Final = 4_000_000
HOW_FAR_UP: Final = 8


@dataclass(frozen=True, kw_only=True)
class Script:
    """A script of either language; `name` is its path below the project's folder."""

    path: Path
    name: str
    text: str

    @property
    def is_kotlin(self) -> bool:
        """Whether it is in Gradle's Kotlin, not in Groovy."""
        return self.path.suffix == ".kts"

    @property
    def code(self) -> str:
        """Without comments."""
        return _text.bare(self.text)


@dataclass(frozen=True, kw_only=True)
class App:
    """A project and the module in it that is the app; `root_build` may be the app's own."""

    root: Path
    settings: Script
    build: Script
    root_build: Script | None


def find(named: Path) -> App:
    """The app in the project, or at the module, `named`.

    Raises:
        ProjectError: There is no Gradle project, no app in it, or several.
        HostFileError: A script cannot be read.
    """
    root, settings = project(named)
    candidates = [build for folder in _folders(root, settings) for build in _builds(root, folder)]
    apps = [build for build in candidates if is_app(root, build)]
    if root.resolve() != named.resolve() and not _settings(named / "android"):
        apps = [build for build in _builds(root, named.resolve()) if is_app(root, build)]
    if len(apps) != 1:
        raise _not_one(named, root, apps)
    return App(
        root=root,
        settings=settings,
        build=apps[0],
        root_build=next(iter(_builds(root, root)), None),
    )


def project(named: Path) -> tuple[Path, Script]:
    """The folder of the Gradle project that `named` is or belongs to, and its settings.

    Raises:
        ProjectError: There is none.
        HostFileError: Its settings cannot be read.
    """
    # React Native and Flutter keep it in a folder of its own.
    here = named.resolve()
    for folder in (here, here / "android", *list(here.parents)[:HOW_FAR_UP]):
        found = _settings(folder)
        if found is not None:
            return folder, script(folder, found)
    raise ProjectError(
        f"there is no Gradle project in {files.shown(named)}: no settings.gradle(.kts)",
        remedy="name the folder with settings.gradle or settings.gradle.kts in it",
    )


def script(root: Path, path: Path) -> Script:
    """A script with its text; bytes that are no UTF-8 stay what they are.

    Raises:
        ProjectError: It is not in the project's folder.
        HostFileError: It cannot be read.
    """
    if not path.resolve().is_relative_to(root):
        raise ProjectError(
            f"{files.shown(path)} is not in {files.shown(root)}, and is left alone",
            remedy="move the module into the project's folder",
        )
    text = files.read_bytes(path, limit_bytes=LIMIT_BYTES).decode("utf-8", "surrogateescape")
    return Script(path=path, name=path.relative_to(root).as_posix(), text=text)


def scripts(root: Path, settings: Script) -> list[Script]:
    """Every script that models may have been put into."""
    found = [settings]
    for folder in _folders(root, settings):
        found += _builds(root, folder)
    return found


def is_app(root: Path, build: Script) -> bool:
    """Whether a module's script makes it an app."""
    return any(one == APPLICATION for one, _ in plugins(root, build))


def plugins(root: Path, build: Script) -> list[tuple[str, str]]:
    """The plugins that a script applies, each with the version that it names, or nothing."""
    found = []
    for hit in APPLIED.finditer(build.code):
        rest = hit["rest"] or hit["more"] or ""
        if re.search(r"\bapply\s*\(?\s*false", rest):
            continue
        if hit["alias"]:
            found += _catalog.plugin(root, hit["alias"])
            continue
        version = re.search(rf"\bversion\b\s*\(?\s*{QUOTED}", rest)
        name = next(one for one in (hit[1], hit[2], hit[4], hit[5]) if one)
        found.append((name, (version[1] or version[2]) if version else ""))
    return found


def _settings(folder: Path) -> Path | None:
    return next((folder / name for name in SETTINGS if (folder / name).is_file()), None)


def _builds(root: Path, folder: Path) -> list[Script]:
    """The module's script; Gradle takes Groovy's where both are there."""
    found = [folder / name for name in BUILDS if (folder / name).is_file()]
    return [script(root, path) for path in found[:1]]


def _folders(root: Path, settings: Script) -> list[Path]:
    """The folder of each module, the project's own first."""
    moved = {hit[1] or hit[2]: hit[3] or hit[4] for hit in MOVED.finditer(settings.code)}
    found = [root]
    for hit in INCLUDE.finditer(settings.code):
        for quoted in re.finditer(QUOTED, hit[1]):
            name = quoted[1] or quoted[2]
            path = f":{name.removeprefix(':')}"
            place = moved.get(path, moved.get(name, path[1:].replace(":", "/")))
            found.append(root / place)
    return list(dict.fromkeys(found))


def _not_one(named: Path, root: Path, apps: list[Script]) -> ProjectError:
    if not apps:
        return ProjectError(
            f"no module of {files.shown(root)} applies {APPLICATION} in a way that can be seen",
            remedy=f"name the app's own folder: --into {files.shown(root / 'app')}",
        )
    shown = ", ".join(files.shown(app.path.parent) for app in apps)
    return ProjectError(
        f"{files.shown(named)} holds several apps: {shown}",
        remedy=f"name one: --into {files.shown(apps[0].path.parent)}",
    )
