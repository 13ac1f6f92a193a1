"""The JVM that stands for Android's own: Robolectric, our part of it, a translator of code."""

import hashlib
import os
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sideload.host import cache, files, java, locks, maven, process

ROBOLECTRIC: Final = ("org.robolectric:robolectric:4.16", "junit:junit:4.13.2")
# Android 15, prepared as Robolectric would do it each time.
ANDROID: Final = "org.robolectric:android-all-instrumented:15-robolectric-13954326-i7"
# Its library for tests on phones, of which Robolectric uses a few types.
TESTING: Final = ("androidx.test:monitor:1.8.0:aar",)
TRANSLATOR: Final = ("de.femtopedia.dex2jar:dex-tools:2.4.38",)
TRANSLATE: Final = "com.googlecode.dex2jar.tools.Dex2jarCmd"
SOURCES: Final = Path(__file__).parent / "java"
TIMEOUT_S: Final = 300.0
OPENED: Final = ("io", "lang", "nio", "util", "net")
# Translated code has none of the tables that the JVM's verifier wants; it was dexed from good code.
UNVERIFIED: Final = ("-XX:+UnlockDiagnosticVMOptions", "-XX:-BytecodeVerificationRemote")


@dataclass(frozen=True, kw_only=True)
class Machine:
    """`classpath` is what every app's process needs; `android` is the folder of Android's code."""

    classpath: tuple[Path, ...]
    android: Path

    def command(self, main: str, *, first: Sequence[Path], settings: Sequence[str]) -> list[str]:
        """The words that start a JVM with `main`; what is in `first` comes before all else."""
        opened = [f"--add-opens=java.base/java.{name}=ALL-UNNAMED" for name in OPENED]
        path = os.pathsep.join(map(str, (*first, *self.classpath)))
        fixed = ["-Drobolectric.offline=true", f"-Drobolectric.dependency.dir={self.android}"]
        argv = ["java", *java.SHORT, *UNVERIFIED, *opened, *fixed, *settings]
        return [*argv, "-cp", path, main]


def machine() -> Machine:
    """Everything, fetched and compiled where it is not in the cache yet.

    Raises:
        MissingToolError: There is no JDK, or no Maven.
        ToolFailedError: No network, or the compiler said no.
        HostFileError: The cache cannot be written.
    """
    libraries = maven.fetch(ROBOLECTRIC, without=("androidx.test", "androidx.test.espresso"))
    testing = tuple(_classes(aar) for aar in maven.fetch(TESTING, without=[maven.EVERYTHING]))
    (plain,) = maven.fetch([maven.ANDROID])
    (prepared,) = maven.fetch([ANDROID], without=[maven.EVERYTHING])
    # Android itself last: of what Robolectric has in its place, that is taken.
    path = (*libraries, *testing, plain)
    return Machine(classpath=(_compiled(path), *path), android=prepared.parent)


def translated(apk: Path) -> Path:
    """The code of an APK, as a jar.

    Raises:
        MissingToolError, ToolFailedError: It cannot be translated.
        HostFileError: The cache cannot be written.
    """
    digest = files.sha256_cached(apk)
    folder = cache.folder("translated")
    made = folder / f"{digest}.jar"
    with locks.held(digest, folder=folder, wait_s=TIMEOUT_S, doing="translating an app"):
        if not made.is_file():
            part = folder / f"{digest}.part.jar"
            words = ["--force", "--output", str(part), str(apk)]
            jars = os.pathsep.join(map(str, maven.fetch(TRANSLATOR)))
            argv = ["java", *java.SHORT, "-cp", jars, TRANSLATE, *words]
            process.run(argv, timeout_s=TIMEOUT_S, remedy=maven.INSTALL, cwd=folder)
            part.replace(made)
    return made


def _classes(aar: Path) -> Path:
    """The jar in an Android library."""
    folder = cache.folder("aars") / files.sha256_cached(aar)
    with locks.held(folder.name, folder=folder.parent, wait_s=TIMEOUT_S, doing="unpacking"):
        if not folder.is_dir():
            with files.building(folder) as building, zipfile.ZipFile(aar) as opened:
                opened.extract("classes.jar", building)
    return folder / "classes.jar"


def _compiled(path: Sequence[Path]) -> Path:
    sources = sorted(SOURCES.glob("*.java"))
    names = "\n".join([*(files.sha256_cached(each) for each in sources), *map(str, path)])
    folder = cache.folder("apps") / hashlib.sha256(names.encode()).hexdigest()[:24]
    lock = locks.held(folder.name, folder=folder.parent, wait_s=TIMEOUT_S, doing="compiling")
    with lock:
        if not folder.is_dir():
            with files.building(folder) as building:
                argv = ["javac", "-nowarn", "-proc:none", "--release", "17", "-d", str(building)]
                argv += ["-cp", os.pathsep.join(map(str, path)), *map(str, sources)]
                process.run(argv, timeout_s=TIMEOUT_S, remedy=maven.INSTALL)
    return folder
