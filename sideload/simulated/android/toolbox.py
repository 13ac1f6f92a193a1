"""Fill `/system/bin`: what toybox has, from the host; what differs on Android, from `bin/` here."""

import os
import re
import shlex
import shutil
import sys
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Final

# Toybox on Android 15, less what reaches beyond one phone: killall, pkill, mount, reboot and such.
_TOYBOX: Final = """
    [ awk base64 basename bc bzcat cat chgrp chmod chown cksum clear cmp comm cp cpio cut date dd
    diff dirname du echo egrep env expand expr fallocate false fgrep file find flock fmt fold free
    getconf grep gunzip gzip head iconv ionice kill logname ls lsof md5sum mkdir mkfifo mktemp more
    mountpoint mv nice nl nohup nproc od paste patch pgrep pidof printenv printf ps pwd readlink
    realpath renice rev rm rmdir sed seq setsid sh sha1sum sha224sum sha256sum sha512sum sleep sort
    split stat strings stty sync tac tail tar taskset tee test time timeout top touch tr true
    truncate tty uname uniq unlink uptime vmstat wc which xargs xxd yes zcat
"""
_SEARCH: Final = ("/usr/bin", "/bin", "/usr/sbin", "/sbin")
# macOS before 15 calls its SHA-256 differently.
_SUBSTITUTES: Final = {"sha256sum": '#!/bin/sh\nexec shasum -a 256 "$@"\n'}
_HOSTS: Final = re.compile(r"@(\w+)@")
# Our own programs of a phone are Python's, and need of the host what fetches and starts a JVM.
_OWN: Final = "sideload"
_MODULE: Final = "sideload.simulated.android.apps"
_VARIABLES: Final = re.compile(
    r"(?:HOME|PATH|JAVA_HOME|(?:XDG|SIDELOAD|MAVEN)_\w+|\w+_(?:PROXY|proxy))"
)


def install(folder: Path, changes: Mapping[str, str | None]) -> None:
    """Fill `folder` afresh; `changes` replaces programs by scripts, or takes them away (None).

    In a script `@NAME@` is the host's program, `@original@` the one that it replaces, and
    `@sideload@` our own with the host's environment, as `apps` takes it. Programs that somebody
    pushed there under other names stay.
    """
    for original in folder.glob(".*"):
        original.unlink()  # of what was replaced before
    for name in _TOYBOX.split():
        _link(folder / name)
    for script in (Path(__file__).parent / "bin").iterdir():
        _write(folder / script.name, script.read_text("utf-8"))
    for name, text in changes.items():
        original = folder / f".{name}"
        with suppress(FileNotFoundError):
            (folder / name).rename(original)
        if text is not None:
            _write(folder / name, text.replace("@original@", shlex.quote(str(original))))


@cache
def _host_programs() -> Mapping[str, str]:
    """Where the host keeps its programs; a few listings are quicker than a search for each."""
    found = {}
    for folder in filter(os.path.isdir, reversed(_SEARCH)):
        with os.scandir(folder) as entries:
            found.update({entry.name: entry.path for entry in entries})
    return found


def _host_program(name: str) -> str:
    return _host_programs().get(name) or shutil.which(name) or name


def _link(place: Path) -> None:
    program = _host_program(place.name)
    if place.is_symlink() and str(place.readlink()) == program:
        return
    place.unlink(missing_ok=True)
    if program != place.name:
        place.symlink_to(program)
    elif place.name in _SUBSTITUTES:
        _write(place, _SUBSTITUTES[place.name])


def _write(place: Path, text: str) -> None:
    place.unlink(missing_ok=True)
    script = _HOSTS.sub(lambda found: _words(found[1]), text)
    place.write_text(script, encoding="utf-8")
    place.chmod(0o755)


def _words(name: str) -> str:
    return _own() if name == _OWN else shlex.quote(_host_program(name))


@cache
def _own() -> str:
    package = Path(__file__).parents[3]
    kept = {name: value for name, value in os.environ.items() if _VARIABLES.fullmatch(name)}
    settings = [f"{name}={value}" for name, value in {**kept, "PYTHONPATH": package}.items()]
    # Not the folder that the phone's shell happens to stand in.
    return shlex.join([_host_program("env"), *settings, sys.executable, "-P", "-m", _MODULE])
