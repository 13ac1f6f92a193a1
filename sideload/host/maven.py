"""Libraries of the JVM from Maven repositories, fetched once by Maven itself and kept in the cache.

Mirrors, proxies and passwords are those of the user's own `settings.xml`. What Maven downloads on
the way is in the cache too, so that nothing of the user's local repository changes.
"""

import hashlib
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from sideload.errors import ToolFailedError
from sideload.host import _pom, cache, console, files, locks, process

KIND: Final = "maven"
# What apps are compiled by and against, here and in tests: one version of each.
KOTLIN: Final = "org.jetbrains.kotlin:kotlin-compiler-embeddable:2.4.21"
# Everything that an app may call, of Android 15, as classes for a JVM.
ANDROID: Final = "org.robolectric:android-all:15-robolectric-13954326"
# Debian's names; other systems have packages of nearly the same ones.
INSTALL: Final = "sudo apt install maven default-jdk-headless"
REMEDY: Final = (
    "check the network, or name a mirror in ~/.m2/settings.xml, and run it again; "
    f"if Maven itself is missing: {INSTALL}"
)
PLUGIN: Final = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"
EVERYTHING: Final = _pom.EVERYTHING
WRONG: Final = re.compile(r"\[ERROR\] *(?P<what>\S.*)")
TIMEOUT_S: Final = 900.0
WAIT_S: Final = 1800.0


def fetch(coordinates: Sequence[str], *, without: Sequence[str] = ()) -> tuple[Path, ...]:
    """The named libraries and what they depend on, by file name, from the cache where they are.

    Args:
        coordinates: `group:artifact:version`, or with `:aar` after it for what is no jar. Where
            two of them depend on different versions of a third, the first one decides.
        without: Groups to leave out of what they depend on, or `EVERYTHING`.

    Raises:
        MissingToolError: Maven or Java is not installed.
        ToolFailedError: No network, or no such library.
        HostFileError: The cache cannot be written.
    """
    folder = cache.folder(KIND) / _key(coordinates, without)
    if not folder.is_dir():
        # Maven does not share its own repository between two runs, so they take turns for it all.
        doing = f"fetching {', '.join(coordinates)}"
        with locks.held("Maven", folder=folder.parent, wait_s=WAIT_S, doing=doing):
            if not folder.is_dir():
                _make(folder, coordinates, without)
    return tuple(sorted((folder / "files").iterdir()))


def _key(coordinates: Sequence[str], without: Sequence[str]) -> str:
    text = json.dumps([list(coordinates), sorted(without)])
    first = coordinates[0].split(":")[1]
    return f"{first}-{hashlib.sha256(text.encode()).hexdigest()[:16]}"


def _make(folder: Path, coordinates: Sequence[str], without: Sequence[str]) -> None:
    with (
        console.step(f"fetch {', '.join(coordinates)}"),
        files.building(folder) as private,
    ):
        pom, into = private / "pom.xml", files.new_folder(private / "files")
        files.write_bytes(pom, _pom.pom(coordinates, without))
        repository = files.new_folder(folder.parent / "repository")
        argv = ["mvn", "-q", "-B", "-U", "-f", str(pom), f"-Dmaven.repo.local={repository}"]
        argv += [PLUGIN, f"-DoutputDirectory={into}"]
        done = process.run(argv, timeout_s=TIMEOUT_S, remedy=REMEDY, cwd=private, check=False)
        if done.exit_code != 0:
            raise ToolFailedError(argv, _complaint(done), remedy=REMEDY)


def _complaint(done: process.Finished) -> str:
    """Maven's first line about what went wrong; what follows is how to ask it for more."""
    said = (done.stdout + done.stderr).decode("utf-8", "backslashreplace")
    told = WRONG.search(said)
    return told["what"].removesuffix("-> [Help 1]").strip() if told else said
