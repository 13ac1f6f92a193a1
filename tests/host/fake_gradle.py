"""Stands for Gradle: takes what the real one takes, refuses the rest, and says what it says.

What it shall fail with stands beside it, in `failure`, and what is in its APKs, in `content.zip`.
"""

import json
import os
import shutil
import sys
import zipfile
from pathlib import Path

# Written here by whoever installs it.
OWN = ""
HERE = Path(__file__).resolve()
QUIET = {"--no-daemon", "--console=plain"}
VERSION = """
------------------------------------------------------------
Gradle {version}
------------------------------------------------------------

Build time:    2026-03-19 07:46:05 UTC
Revision:      2d6327017519d23b96af35865dc997fcb544fb40

Kotlin:        2.3.0
Groovy:        4.0.29
Ant:           Apache Ant(TM) version 1.10.15 compiled on August 25 2024
"""
FAILED = """
FAILURE: Build failed with an exception.

* What went wrong:
{what}

* Try:
> Run with --stacktrace option to get the stack trace.
> Run with --info or --debug option to get more log output.
> Get more help at https://help.gradle.org.

BUILD FAILED in 1s
"""


def fail(what: str) -> None:
    """As a build that fails ends."""
    sys.stderr.write(FAILED.format(what=what))
    sys.exit(1)


def wrapper(words: list[str]) -> None:
    """The task `wrapper`, which makes a launcher for the version that is named."""
    folder = Path("gradle/wrapper")
    folder.mkdir(parents=True)
    version = words[words.index("--gradle-version") + 1]
    text = HERE.read_text().replace(f'OWN = "{OWN}"', f'OWN = "{version}"', 1)
    for place in (Path("gradlew"), Path("gradlew.bat")):
        place.write_text(text)
        place.chmod(0o755)
    (folder / "gradle-wrapper.jar").write_bytes(b"a jar")


def bundle(module: Path, variant: str) -> None:
    """The task that makes an app bundle."""
    place = module / "build/outputs/bundle" / variant
    place.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(place / f"{module.name}-{variant}.aab", "w") as file:
        file.writestr(zipfile.ZipInfo("BundleConfig.pb"), b"")


def assemble(module: Path, variant: str) -> None:
    """The task that makes an APK, and the list of it that the Android plugin writes."""
    place = module / "build/outputs/apk" / variant
    place.mkdir(parents=True, exist_ok=True)
    name = f"{module.name}-{variant}.apk"
    given = HERE.with_name("content.zip")
    if given.is_file():
        shutil.copy(given, place / name)
    with zipfile.ZipFile(place / name, "a" if given.is_file() else "w") as file:
        file.writestr(zipfile.ZipInfo("AndroidManifest.xml"), os.environ["ANDROID_HOME"])
    listed = {
        "version": 3,
        "artifactType": {"type": "APK", "kind": "Directory"},
        "applicationId": "dev.sideload.benchmark",
        "variantName": variant,
        "elements": [{"type": "SINGLE", "filters": [], "attributes": [], "outputFile": name}],
        "elementType": "File",
    }
    (place / "output-metadata.json").write_text(json.dumps(listed))


def main(words: list[str]) -> None:
    """Do what Gradle would."""
    if "--version" in words:
        sys.stdout.write(VERSION.format(version=OWN))
        return
    failure = HERE.with_name("failure")
    if failure.is_file():
        fail(failure.read_text().strip())
    module = Path()
    if "--project-dir" in words:
        at = words.index("--project-dir")
        module = Path(words[at + 1])
        del words[at : at + 2]
    do([word for word in words if word not in QUIET], module)
    sys.stdout.write("\nBUILD SUCCESSFUL in 1s\n1 actionable task: 1 executed\n")


def do(tasks: list[str], module: Path) -> None:
    """The task that is named first."""
    if tasks[0] == "wrapper":
        wrapper(tasks)
    elif tasks[0] in {"assembleDebug", "assembleRelease"}:
        assemble(module, tasks[0].removeprefix("assemble").lower())
    elif tasks[0] == "bundleRelease":
        bundle(module, "release")
    else:
        fail(f"Task '{tasks[0]}' not found in project ':{module.name}'.")


main(sys.argv[1:])
