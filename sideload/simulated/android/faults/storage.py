"""Faults of the phone's storage."""

import errno
import os
import re
from collections.abc import Mapping
from typing import Final

from sideload.simulated.android.faults.fault import CountingFault, Fault

_WRITERS: Final = "chmod cp dd ln mkdir mv rm rmdir tee touch truncate"
_REFUSAL: Final = """#!/bin/sh
for path in "$@"; do :; done
echo "${0##*/}: '${path#of=}': Read-only file system" >&2
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

    def __init__(self, value: str) -> None:
        super().__init__(value)
        if self.limit < 1 << 10:
            raise self.misused()

    def programs(self) -> Mapping[str, str | None]:
        """A `df` that knows the limit."""
        return {"df": _SMALL_DISK % (self.limit >> 10)}


class ReadOnly(Fault):
    """Nothing can be written: "Read-only file system"."""

    name = "read-only"

    def stored(self, size_bytes: int) -> None:
        """Refuse, even an empty file."""
        del size_bytes
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    def programs(self) -> Mapping[str, str | None]:
        """Each program that writes refuses."""
        return dict.fromkeys(_WRITERS.split(), _REFUSAL)

    def refuses_command(self, command: str) -> str:
        """A shell that cannot open the file behind its `>` says so."""
        found = _REDIRECTION.search(command)
        if not found:
            return ""
        return f"/system/bin/sh: can't create {found[1]}: Read-only file system\n"
