"""`pm install`: an APK from a file or from stdin, at once or in a session."""

import shutil
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from sideload.errors import SideloadError
from sideload.simulated.android.apps import installed, machine, natives, package, processes
from sideload.simulated.android.apps.package import BadPackageError
from sideload.simulated.android.apps.words import complain, failed, parted, say

_PIECE: Final = 1 << 20
_SESSIONS: Final = "data/system/install"
_APK: Final = "base.apk"
_HINT: Final = "Consider using a file under /data/local/tmp/"


def install(root: Path, words: Sequence[str]) -> int:
    """`pm install [-r] [-d] [-t] [-S BYTES | FILE]`; the exit code."""
    options, names = parted(words)
    if "-S" in options:
        apk = root / _SESSIONS / "stdin.apk"
        try:
            _receive(apk, options["-S"])
            return _put(root, apk, options)
        finally:
            apk.unlink(missing_ok=True)
    if not names:
        return complain("Error: must either specify a package size or an APK file")
    if not Path(names[0]).is_file():
        return complain(f"Error: Unable to open file: {names[0]}\n{_HINT}")
    return _put(root, Path(names[0]), options)


def create(root: Path, words: Sequence[str]) -> int:
    """`pm install-create`: a session, by its number."""
    number = 1
    while (root / _SESSIONS / str(number)).exists():
        number += 1
    folder = root / _SESSIONS / str(number)
    folder.mkdir(parents=True)
    (folder / "options").write_text(" ".join(parted(words)[0]), encoding="utf-8")
    return say(f"Success: created install session [{number}]")


def write(root: Path, words: Sequence[str]) -> int:
    """`pm install-write [-S BYTES] SESSION NAME [FILE]`."""
    options, names = parted(words)
    folder = _session(root, names)
    if folder is None:
        return complain("Error: no such session")
    apk = folder / _APK
    source = (*names, "-", "-")[2]
    if source == "-":
        _receive(apk, options.get("-S", "0"))
    else:
        shutil.copyfile(source, apk)
    return say(f"Success: streamed {apk.stat().st_size} bytes")


def commit(root: Path, words: Sequence[str]) -> int:
    """`pm install-commit SESSION`."""
    folder = _session(root, parted(words)[1])
    if folder is None or not (folder / _APK).is_file():
        return failed("INSTALL_FAILED_INVALID_APK: Session is empty")
    options = dict.fromkeys((folder / "options").read_text("utf-8").split(), "")
    try:
        return _put(root, folder / _APK, options)
    finally:
        shutil.rmtree(folder)


def abandon(root: Path, words: Sequence[str]) -> int:
    """`pm install-abandon SESSION`."""
    folder = _session(root, parted(words)[1])
    if folder is not None:
        shutil.rmtree(folder)
    return say("Success")


def _put(root: Path, apk: Path, options: Mapping[str, str]) -> int:
    try:
        package.read(apk)
        # What the app will need to run is had now, as a phone compiles what it installs.
        machine.machine()
        # An update is what people want who ask for nothing; `-R` refuses one, as on a phone.
        name = installed.put(
            root,
            apk,
            sdk=int(_property(root, "ro.build.version.sdk")),
            may_replace="-R" not in options,
            may_downgrade="-d" in options,
        )
        processes.stop(root, name)
        machine.translated(apk)
        natives.fit(root / "data/app" / name / "lib")
    except BadPackageError as error:
        return failed(str(error))
    except OSError as error:
        return failed(f"INSTALL_FAILED_INSUFFICIENT_STORAGE: {error.strerror}")
    except SideloadError as error:
        said = " ".join(f"{error.problem}; {error.remedy}".split())
        why = f"a simulated phone runs apps on a JVM: {said}"
        return failed(f"INSTALL_FAILED_INTERNAL_ERROR: {why}")
    return say("Success")


def _session(root: Path, names: Sequence[str]) -> Path | None:
    folder = root / _SESSIONS / names[0] if names and names[0].isdigit() else None
    return folder if folder is not None and folder.is_dir() else None


def _receive(place: Path, size: str) -> None:
    left = int(size) if size.isdigit() else 0
    place.parent.mkdir(parents=True, exist_ok=True)
    with place.open("wb") as file:
        while left and (piece := sys.stdin.buffer.read(min(left, _PIECE))):
            left -= file.write(piece)


def _property(root: Path, name: str) -> str:
    with suppress(OSError):
        for line in (root / "system/build.prop").read_text("utf-8").splitlines():
            key, _, value = line.partition("=")
            if key == name and value.isdigit():
                return value
    return "1"
