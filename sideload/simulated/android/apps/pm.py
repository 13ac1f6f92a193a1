"""`pm`: install, list and remove apps, in Android's words."""

import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from sideload.simulated.android.apps import installed, installing, processes
from sideload.simulated.android.apps.words import complain, parted, say

SHELL: Final = "com.android.shell"


def main(root: Path, words: Sequence[str]) -> int:
    """What `pm` does with these words; its exit code."""
    command, *rest = words or [""]
    act = _COMMANDS.get(command)
    return complain(f"Unknown command: {command}", 255) if act is None else act(root, rest)


def _uninstall(root: Path, words: Sequence[str]) -> int:
    options, names = parted(words)
    if not names or installed.find(root, names[0]) is None:
        return say("Failure [DELETE_FAILED_INTERNAL_ERROR]", 1)
    processes.stop(root, names[0])
    installed.remove(root, names[0], keep_data="-k" in options)
    return say("Success")


def _clear(root: Path, words: Sequence[str]) -> int:
    if not words or installed.find(root, words[0]) is None:
        return say("Failed", 1)
    processes.stop(root, words[0])
    for place in installed.data(root, words[0]):
        shutil.rmtree(place, ignore_errors=True)
    return say("Success")


def _path(root: Path, words: Sequence[str]) -> int:
    if words and words[-1] == SHELL:
        return say("package:/system/priv-app/Shell/Shell.apk")
    app = installed.find(root, words[-1]) if words else None
    return 1 if app is None else say(f"package:/{app.apk.relative_to(root)}")


def _list(root: Path, words: Sequence[str]) -> int:
    if words[:1] not in (["packages"], ["package"]):
        return complain(f"Error: unknown list type '{' '.join(words[:1])}'")
    wanted = parted(words[1:])[1]
    for name in sorted([SHELL, *installed.names(root)]):
        if not wanted or wanted[0] in name:
            say(f"package:{name}")
    return 0


_COMMANDS: Final[Mapping[str, Callable[[Path, Sequence[str]], int]]] = {
    "install": installing.install,
    "install-create": installing.create,
    "install-write": installing.write,
    "install-commit": installing.commit,
    "install-abandon": installing.abandon,
    "uninstall": _uninstall,
    "clear": _clear,
    "path": _path,
    "list": _list,
}
