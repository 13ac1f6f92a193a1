"""Faults of the phone's storage."""

import errno
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from sideload.simulated.android.faults.fault import CountingFault, Fault

_WRITERS: Final = "chmod cp dd ln mkdir mv rm rmdir tee touch truncate"
_REFUSAL: Final = """#!/bin/sh
for path in "$@"; do :; done
echo "${0##*/}: '${path#of=}': %s" >&2
exit 1
"""
_REDIRECTION: Final = re.compile(r">\s*[\"']?(/(?:data|sdcard|storage)[^\s\"';&|)]*)")
_SMALL_DISK: Final = """#!/bin/sh
set -- $(@du@ -sk "${0%%/*}/../../data")
total=%d
used=$1
[ "$used" -lt "$total" ] || used=$total
echo "Filesystem 1K-blocks Used Available Use%% Mounted on"
echo "/dev/block/simulated $total $used $((total - used)) $((used * 100 / total))%% /data"
"""
_NO_EXECUTION: Final = """#!/bin/sh
case "$1" in
    *x* | [0-7]*) exit 0 ;;
esac
exec @chmod@ "$@"
"""
# Only names in the store's `incoming`, whether its folder is named or the shell stands in it.
_CHANGING_MOVE: Final = """#!/bin/sh
mark="${0%/*}/.changed"
for path in "$@"; do
    case "$path" in
        *.part) [ -e "$mark" ] || { echo x >>"$path"; : >"$mark"; } ;;
    esac
done
exec @mv@ "$@"
"""
_EPOCH_DATE: Final = """#!/bin/sh
now=$(@date@ +%s)
exec @date@ -u -d "@$((now % 86400))" "$@"
"""
_EPOCH_TOUCH: Final = """#!/bin/sh
exec @touch@ -d @1000 "$@"
"""
_PLANTED: Final = "planted by somebody else"


class FullAfter(CountingFault):
    """The disk is full, whatever `df` says, once so many bytes have been written in all."""

    name = "full-after"

    def __init__(self, value: str) -> None:
        super().__init__(value)
        self.stored_bytes = 0

    def stored(self, size_bytes: int) -> None:
        """Refuse past the limit."""
        self.stored_bytes += size_bytes
        if self.stored_bytes > self.limit:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


class SmallDisk(FullAfter):
    """The disk holds so many bytes, at least 1024, and `df` says what is left of them."""

    name = "small-disk"
    least = 1024

    def programs(self) -> Mapping[str, str | None]:
        """A `df` that knows the limit."""
        return {"df": _SMALL_DISK % (self.limit >> 10)}


class _Refusing(Fault):
    """Base of the faults that let nothing be written, each for its own reason."""

    reason: int

    def stored(self, size_bytes: int) -> None:
        """Refuse, even an empty file."""
        del size_bytes
        raise OSError(self.reason, os.strerror(self.reason))

    def programs(self) -> Mapping[str, str | None]:
        """Each program that writes refuses."""
        return dict.fromkeys(_WRITERS.split(), _REFUSAL % os.strerror(self.reason))

    def refuses_command(self, command: str) -> str:
        """A shell that cannot open the file behind its `>` says so."""
        found = _REDIRECTION.search(command)
        if not found:
            return ""
        return f"/system/bin/sh: can't create {found[1]}: {os.strerror(self.reason)}\n"


class ReadOnly(_Refusing):
    """Nothing can be written: "Read-only file system"."""

    name = "read-only"
    reason = errno.EROFS


class NoPermission(_Refusing):
    """The shell may write nowhere: "Permission denied"."""

    name = "no-permission"
    reason = errno.EACCES


class NoExecution(Fault):
    """Nothing that is pushed can be executed, as on a file system mounted `noexec`."""

    name = "noexec"

    def permissions(self, mode: int) -> int:
        """Without any right to execute."""
        return mode & ~0o111

    def programs(self) -> Mapping[str, str | None]:
        """A `chmod` that gives no such right."""
        return {"chmod": _NO_EXECUTION}


class DirectoryInTheWay(Fault):
    """A folder stands wherever a file is to be written for the first time."""

    name = "directory-in-the-way"

    def __init__(self, value: str) -> None:
        super().__init__(value)
        self.count = 0

    def placing(self, path: str) -> None:
        """Put one there, with something in it; once."""
        self.count += 1
        if self.count == 1:
            Path(path, "in the way").mkdir(parents=True, exist_ok=True)


class PlantedSymlink(Fault):
    """Somebody plants a link to a file of their own wherever a file is to be written."""

    name = "planted-symlink"

    def placing(self, path: str) -> None:
        """Put one there, unless something is."""
        victim = Path(path).parent.parent / "victim"
        if not os.path.lexists(path):
            victim.write_text(_PLANTED, encoding="utf-8")
            Path(path).symlink_to(victim)


class ChangedBeforeRename(Fault):
    """The first file that is renamed changes just before: its hash was right a moment ago."""

    name = "changed-before-rename"

    def programs(self) -> Mapping[str, str | None]:
        """An `mv` that appends to what it moves; once."""
        return {"mv": _CHANGING_MOVE}


class SlowDisk(CountingFault):
    """The disk takes only so many bytes each second."""

    name = "slow-disk"
    value = "BYTES_PER_S"
    least = 1

    def disk_s(self, size_bytes: int) -> float:
        """In proportion."""
        return size_bytes / self.limit


class EpochClock(Fault):
    """Its clock says 1970, as after an empty battery."""

    name = "epoch-clock"

    def changed_s(self, mtime: int) -> int:
        """The first day."""
        return mtime % 86400

    def programs(self) -> Mapping[str, str | None]:
        """What tells and sets times."""
        return {"date": _EPOCH_DATE, "touch": _EPOCH_TOUCH}
