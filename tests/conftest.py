"""What every test has: a cache and keys of its own, and runtimes that phone nobody."""

import os
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from sideload.host.places import CACHE_VARIABLE


def pytest_configure(config: pytest.Config) -> None:
    # Kept between runs of the tests, because compiling a runner takes longer than testing it.
    # Without pytest's own cache (-p no:cacheprovider) it has no such attribute.
    kept: pytest.Cache | None = getattr(config, "cache", None)
    if kept is not None:
        os.environ.setdefault(CACHE_VARIABLE, str(kept.mkdir("sideload")))
        os.environ["XDG_DATA_HOME"] = str(kept.mkdir("data"))
    # The same examples every time, however busy the machine is: others are looked for by fuzzing.
    settings.register_profile(
        "repeatable",
        derandomize=True,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
    settings.load_profile("repeatable")
    # Phones that others run on this machine, be it another process of the tests, are not there.
    # A socket's path is short, so it is no folder deep below the one of the run.
    folder = Path(tempfile.mkdtemp(prefix="sideload-"))
    os.environ["SIDELOAD_RUNTIME_DIR"] = str(folder)
    config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))
    # No test touches the phones of whoever runs it; those that need an adb server have their own.
    os.environ["SIDELOAD_ADB_SERVER"] = "off"
    os.environ.pop("ANDROID_SERIAL", None)
    # Both are read once, when the package is imported.
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    os.environ["HF_HUB_OFFLINE"] = "1"
