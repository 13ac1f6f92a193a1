"""The processes of apps on one phone: which runs, how one is started, and how it ends."""

import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sideload.simulated.android.apps import machine
from sideload.simulated.android.apps.installed import App

# What Android waits for an Activity to be drawn; a JVM is slower to start than a phone's app.
DISPLAYED_WITHIN_S: Final = 60.0
PAUSE_S: Final = 0.02
# Of a fault: when `am` shall have the app's process do something.
FAULT_VARIABLE: Final = "SIDELOAD_APP_FAULT"
_NUMBER: Final = re.compile(r"[0-9]+")


@dataclass(frozen=True, kw_only=True)
class Start:
    """How a start of an Activity went; `displayed_ms` is None where nothing was shown."""

    displayed_ms: int | None
    is_new: bool


def pid(root: Path, name: str) -> int | None:
    """The process of the app `name`, if it runs."""
    place = _place(root, name)
    try:
        number = place.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError):
        return None
    if not _NUMBER.fullmatch(number) or not _is_of(int(number), root):
        place.unlink(missing_ok=True)
        return None
    return int(number)


def stop(root: Path, name: str) -> bool:
    """End the app's process; False where it has none."""
    running = pid(root, name)
    if running is None:
        return False
    with suppress(ProcessLookupError):
        os.kill(running, signal.SIGKILL)
    _place(root, name).unlink(missing_ok=True)
    return True


def start(root: Path, app: App, activity: str, extras: Sequence[tuple[str, str, str]]) -> Start:
    """Show an Activity; a process of its app that runs already is only brought to the front.

    Raises:
        MissingToolError, ToolFailedError: There is no JVM to run it with.
        HostFileError: The cache cannot be written.
    """
    if pid(root, app.package) is not None:
        return Start(displayed_ms=0, is_new=False)
    began = time.monotonic()
    folder = root / "data/system/apps" / app.package
    shown = folder / "displayed"
    folder.mkdir(parents=True, exist_ok=True)
    shown.unlink(missing_ok=True)
    intent = folder / "intent"
    intent.write_text("".join("\0".join(extra) + "\0" for extra in extras), encoding="utf-8")
    child = _launched(root, app, activity, folder)
    (folder / "pid").write_text(f"{child.pid}\n", encoding="ascii")
    while time.monotonic() - began < DISPLAYED_WITHIN_S:
        if shown.exists():
            return Start(displayed_ms=round(1000 * (time.monotonic() - began)), is_new=True)
        if child.poll() is not None:
            break
        time.sleep(PAUSE_S)
    return Start(displayed_ms=None, is_new=True)


def _launched(root: Path, app: App, activity: str, folder: Path) -> "subprocess.Popen[bytes]":
    made = machine.machine()
    configuration = folder / "com/android/tools/test_config.properties"
    configuration.parent.mkdir(parents=True, exist_ok=True)
    configuration.write_text(f"android_resource_apk={app.apk}\n", encoding="utf-8")
    settings = {
        "java.io.tmpdir": _fresh(root / "data/local/jvm" / app.package),
        "java.library.path": app.libraries,
        "onnxruntime.native.path": app.libraries,
        "sideload.root": root,
        "sideload.package": app.package,
        "sideload.activity": activity,
        "sideload.intent": folder / "intent",
        "sideload.displayed": folder / "displayed",
        "sideload.fault": os.environ.get(FAULT_VARIABLE, ""),
    }
    argv = made.command(
        "sideload.phone.Main",
        first=(folder, machine.translated(app.apk)),
        settings=[f"-D{name}={value}" for name, value in settings.items()],
    )
    with (folder / "stderr.txt").open("wb") as said:
        # In a session of its own, so that it goes on when the shell that started it ends.
        return subprocess.Popen(
            argv,
            cwd=root,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            start_new_session=True,
        )


def _fresh(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def _place(root: Path, name: str) -> Path:
    return root / "data/system/apps" / name / "pid"


def _is_of(number: int, root: Path) -> bool:
    """Whether the process still is one of this phone's, and not another with the same number."""
    try:
        told = Path("/proc", str(number), "cmdline").read_bytes()
    except OSError:
        return False
    return f"-Dsideload.root={root}\0".encode() in told
