"""`pm`: install and remove apps, whole or in sessions, in Android's words."""

import shutil
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from sideload.errors import SideloadError
from sideload.simulated.android.apps import installed, machine, processes
from sideload.simulated.android.apps.package import BadPackageError

SHELL: Final = "com.android.shell"
_PIECE: Final = 1 << 20
_SESSIONS: Final = "data/system/install"


def main(root: Path, words: Sequence[str]) -> int:
    """What `pm` does with these words; its exit code."""
    command, *rest = words or [""]
    act = {
        "install": _install,
        "install-create": _create,
        "install-write": _write,
        "install-commit": _commit,
        "install-abandon": _abandon,
        "uninstall": _uninstall,
        "clear": _clear,
        "path": _path,
        "list": _list,
    }.get(command)
    if act is None:
        _complain(f"Unknown command: {command}")
        return 255
    return act(root, rest)


def _install(root: Path, words: Sequence[str]) -> int:
    options, names = _parted(words)
    if "-S" in options:
        apk = root / _SESSIONS / "stdin.apk"
        _receive(apk, int(options["-S"]))
    elif names:
        apk = Path(names[0])
        if not apk.is_file():
            _complain(f"Error: Unable to open file: {names[0]}\nConsider using a file under /data/local/tmp/")
            return 1
    else:
        _complain("Error: must either specify a package size or an APK file")
        return 1
    try:
        return _put(root, apk, options)
    finally:
        if "-S" in options:
            apk.unlink(missing_ok=True)


def _put(root: Path, apk: Path, options: dict[str, str]) -> int:
    sdk = int(_property(root, "ro.build.version.sdk"))
    # An update is what people want who do not ask for anything; `-R` refuses one, as on a phone.
    replaces = "-R" not in options
    try:
        name = installed.put(root, apk, sdk=sdk, may_replace=replaces, may_downgrade="-d" in options)
        processes.stop(root, name)
        app = installed.find(root, name)
        if app is not None:
            machine.translated(app.apk)
        machine.machine()
    except BadPackageError as error:
        return _failed(str(error))
    except OSError as error:
        return _failed(f"INSTALL_FAILED_INSUFFICIENT_STORAGE: {error.strerror}")
    except SideloadError as error:
        said = " ".join(f"{error.problem}; {error.remedy}".split())
        return _failed(f"INSTALL_FAILED_INTERNAL_ERROR: a simulated phone runs apps on a JVM: {said}")
    _say("Success")
    return 0


def _create(root: Path, words: Sequence[str]) -> int:
    options, _ = _parted(words)
    number = 1
    while (root / _SESSIONS / str(number)).exists():
        number += 1
    folder = root / _SESSIONS / str(number)
    folder.mkdir(parents=True)
    (folder / "options").write_text(" ".join(options), encoding="utf-8")
    _say(f"Success: created install session [{number}]")
    return 0


def _write(root: Path, words: Sequence[str]) -> int:
    options, names = _parted(words)
    folder = _session(root, names)
    if folder is None or len(names) < 2:  # noqa: PLR2004 - the session and a name
        _complain("Error: no such session")
        return 1
    place = folder / "base.apk"
    source = names[2] if len(names) > 2 else "-"  # noqa: PLR2004
    if source == "-":
        _receive(place, int(options.get("-S", "0")))
    else:
        shutil.copyfile(source, place)
    _say(f"Success: streamed {place.stat().st_size} bytes")
    return 0


def _commit(root: Path, words: Sequence[str]) -> int:
    _, names = _parted(words)
    folder = _session(root, names)
    if folder is None or not (folder / "base.apk").is_file():
        return _failed("INSTALL_FAILED_INVALID_APK: Session is empty")
    options = dict.fromkeys((folder / "options").read_text("utf-8").split(), "")
    try:
        return _put(root, folder / "base.apk", options)
    finally:
        shutil.rmtree(folder)


def _abandon(root: Path, words: Sequence[str]) -> int:
    folder = _session(root, _parted(words)[1])
    if folder is not None:
        shutil.rmtree(folder)
    _say("Success")
    return 0


def _session(root: Path, names: Sequence[str]) -> Path | None:
    folder = root / _SESSIONS / names[0] if names and names[0].isdigit() else None
    return folder if folder is not None and folder.is_dir() else None


def _uninstall(root: Path, words: Sequence[str]) -> int:
    options, names = _parted(words)
    if not names or installed.find(root, names[0]) is None:
        _say("Failure [DELETE_FAILED_INTERNAL_ERROR]")
        return 1
    processes.stop(root, names[0])
    installed.remove(root, names[0], keep_data="-k" in options)
    _say("Success")
    return 0


def _clear(root: Path, words: Sequence[str]) -> int:
    if not words or installed.find(root, words[0]) is None:
        _say("Failed")
        return 1
    processes.stop(root, words[0])
    for place in installed.data(root, words[0]):
        shutil.rmtree(place, ignore_errors=True)
    _say("Success")
    return 0


def _path(root: Path, words: Sequence[str]) -> int:
    if words and words[-1] == SHELL:
        _say("package:/system/priv-app/Shell/Shell.apk")
        return 0
    app = installed.find(root, words[-1]) if words else None
    if app is None:
        return 1
    _say(f"package:/{app.apk.relative_to(root)}")
    return 0


def _list(root: Path, words: Sequence[str]) -> int:
    if words[:1] == ["features"]:
        _say("feature:reqGlEsVersion=0x0")
    elif words[:1] in (["packages"], ["package"]):
        wanted = [word for word in words[1:] if not word.startswith("-")]
        for name in sorted([SHELL, *installed.names(root)]):
            if not wanted or wanted[0] in name:
                _say(f"package:{name}")
    else:
        _complain(f"Error: unknown list type '{' '.join(words[:1])}'")
        return 1
    return 0


def _parted(words: Sequence[str]) -> tuple[dict[str, str], list[str]]:
    """Options, some with a value, and the rest."""
    options: dict[str, str] = {}
    names = []
    left = list(words)
    while left:
        word = left.pop(0)
        if word in {"-S", "--user", "-i", "--abi", "--install-location"} and left:
            options[word] = left.pop(0)
        elif word.startswith("-") and word != "-":
            options[word] = ""
        else:
            names.append(word)
    return options, names


def _receive(place: Path, size_bytes: int) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    with place.open("wb") as file:
        while size_bytes and (piece := sys.stdin.buffer.read(min(size_bytes, _PIECE))):
            size_bytes -= file.write(piece)


def _property(root: Path, name: str) -> str:
    with suppress(OSError):
        for line in (root / "system/build.prop").read_text("utf-8").splitlines():
            if line.startswith(f"{name}="):
                return line.partition("=")[2]
    return "1"


def _failed(why: str) -> int:
    _say(f"Failure [{why}]")
    return 1


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


def _complain(text: str) -> None:
    sys.stderr.write(f"{text}\n")
