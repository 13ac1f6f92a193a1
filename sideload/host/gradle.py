"""Gradle, where a machine has it: found, asked for its version, and run with nothing left behind.

A project's own launcher comes first, because it brings the version that the project is made for.
"""

import re
import shutil
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sideload.errors import MissingToolError, ToolFailedError
from sideload.host import _gradle_words, android_sdk, console, files, process

LAUNCHER: Final = "gradlew.bat" if sys.platform == "win32" else "gradlew"
PROPERTIES: Final = Path("gradle/wrapper/gradle-wrapper.properties")
WANTED: Final = re.compile(r"^distributionUrl=.*/gradle-(?P<version>[\d.]+)-", re.MULTILINE)
JAR: Final = Path("gradle/wrapper/gradle-wrapper.jar")
# What `gradle wrapper` makes, besides properties that say what the project's own say.
MADE: Final = (Path("gradlew"), Path("gradlew.bat"), JAR)
VERSION: Final = re.compile(r"^Gradle (?P<version>\d+(?:\.\d+)*)", re.MULTILINE)
# A daemon would stay for hours, and plain text is what errors are read from.
QUIET: Final = ("--no-daemon", "--console=plain")
INSTALL: Final = (
    "install Gradle so that `gradle --version` answers, or open the project in Android Studio"
)
ASK_S: Final = 120.0
# Whatever a first build has to download is in it.
BUILD_S: Final = 3600.0


@dataclass(frozen=True, kw_only=True)
class Gradle:
    """A launcher, and the version that it starts."""

    program: Path
    version: tuple[int, ...]


def find(project: Path) -> Gradle:
    """The project's own launcher, or the machine's Gradle if it is as new as the project asks for.

    Where it is older, it makes the project a launcher for just that version: any Gradle can, since
    that needs nothing of the project.

    Raises:
        MissingToolError: There is none.
        ToolFailedError: It does not say its version, or cannot make a launcher.
        HostFileError: What the project says of its launcher cannot be read.
    """
    own = project / LAUNCHER
    if own.is_file() and (project / JAR).is_file():
        return _asked(own, project)
    program = process.find("gradle")
    if program is None:
        raise MissingToolError("Gradle is not installed", remedy=INSTALL)
    found = _asked(program, project)
    least = _asked_for(project)
    if found.version >= numbers(least):
        return found
    _launcher(program, project, least)
    return _asked(own, project)


def run(gradle: Gradle, folder: Path, tasks: Sequence[str]) -> None:
    """Run tasks of the project or module in `folder`, with the Android SDK of this machine.

    Raises:
        MissingToolError: There is no Android SDK.
        ToolFailedError: Gradle said no; with its own words, and what to type about them.
    """
    sdk = android_sdk.home(folder)
    argv = [str(gradle.program), "--project-dir", str(folder), *QUIET, *tasks]
    with console.step(f"run Gradle {'.'.join(map(str, gradle.version))}: {' '.join(tasks)}"):
        done = process.run(
            argv,
            timeout_s=BUILD_S,
            remedy=INSTALL,
            cwd=folder,
            env={"ANDROID_HOME": str(sdk)},
            check=False,
        )
        if done.exit_code != 0:
            said = (done.stderr + b"\n" + done.stdout).decode("utf-8", "backslashreplace")
            wrong, remedy = _gradle_words.explained(said, sdk)
            raise ToolFailedError(argv, wrong, remedy=remedy)


def numbers(version: str) -> tuple[int, ...]:
    """`9.4.1` as numbers that can be compared."""
    return tuple(int(part) for part in re.findall(r"\d+", version))


def _asked_for(project: Path) -> str:
    """The version that a project's launcher would fetch, if it had one; or nothing."""
    properties = project / PROPERTIES
    told = WANTED.search(files.read_text(properties)) if properties.is_file() else None
    return told["version"] if told else ""


def _asked(program: Path, folder: Path) -> Gradle:
    argv = [str(program), *QUIET, "--version"]
    done = process.run(argv, timeout_s=ASK_S, remedy=INSTALL, cwd=folder)
    told = VERSION.search(done.stdout.decode("utf-8", "backslashreplace"))
    if told is None:
        raise ToolFailedError(argv, "it does not say its version", remedy=INSTALL)
    return Gradle(program=program, version=numbers(told["version"]))


def _launcher(program: Path, project: Path, version: str) -> None:
    """Make a launcher in a folder where no script can fail, and put it into the project."""
    with tempfile.TemporaryDirectory(prefix="sideload-gradle-") as name:
        folder = Path(name)
        files.write_text(folder / "settings.gradle", "")
        argv = [str(program), *QUIET, "wrapper", "--gradle-version", version]
        with console.step(f"make a launcher for Gradle {version}"):
            process.run(argv, timeout_s=ASK_S, remedy=INSTALL, cwd=folder)
            for part in MADE:
                (project / part).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(folder / part, project / part)
