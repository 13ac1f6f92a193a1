"""A machine with a Gradle and an Android SDK, as far as a test puts them there."""

import os
import shutil
from pathlib import Path
from typing import Final

import pytest

from sideload.host import android_sdk

FAKE: Final = Path(__file__).with_name("fake_gradle.py")


def installed(
    folder: Path, patch: pytest.MonkeyPatch, *, version: str = "9.4.1", failure: str = ""
) -> Path:
    """A Gradle by PATH, before everything else that is there, and an SDK by its variable."""
    program = folder / "bin" / "gradle"
    put(program, version=version)
    if failure:
        program.with_name("failure").write_text(failure)
    sdk = folder / "sdk"
    sdk.mkdir()
    patch.setenv("ANDROID_HOME", str(sdk))
    patch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    return program


def put(place: Path, *, version: str) -> None:
    """A launcher of that version at `place`."""
    place.parent.mkdir(parents=True, exist_ok=True)
    text = FAKE.read_text("utf-8").replace('OWN = ""', f'OWN = "{version}"')
    place.write_text(f"#!/usr/bin/env python3\n{text}")
    place.chmod(0o755)


def nowhere(folder: Path, patch: pytest.MonkeyPatch) -> None:
    """Neither of them, on a machine that has nothing but Python."""
    for variable in android_sdk.VARIABLES:
        patch.delenv(variable, raising=False)
    patch.setenv("HOME", str(folder / "home"))
    (folder / "only").mkdir()
    for name in ("python3", "env"):
        (folder / "only" / name).symlink_to(shutil.which(name) or "")
    patch.setenv("PATH", str(folder / "only"))
