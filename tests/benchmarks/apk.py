"""How long an app for Android takes to make without Gradle, and to be asked for once more."""

import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from sideload.projects.android import apk
from sideload.stages import app as stage
from tests.benchmarks.harness import figure
from tests.projects.android.apk import app as apps


@figure(name="APK from sources to a signed file, two runtimes", unit="s", reach=60, better="lower")
def made() -> Sequence[float]:
    """With all programs and libraries in the cache; nothing of an earlier build is used."""
    home = apps.made().project.home
    with apps.home(home), tempfile.TemporaryDirectory(prefix="sideload-") as name:
        models = stage.models("android", apps.lowered(home))
        started = time.monotonic()
        apk.build(apk.prepare(models, apk.Packaging()), Path(name))
        return [time.monotonic() - started]


@figure(name="the same APK asked for again, whole command", unit="s", reach=2, better="lower")
def kept() -> Sequence[float]:
    """From the command line to the copy of the file."""
    done = apps.made()
    return [_timed(done) for _ in range(3)]


def _timed(done: apps.Made) -> float:
    started = time.monotonic()
    done.project.sideload(*done.words)
    return time.monotonic() - started
