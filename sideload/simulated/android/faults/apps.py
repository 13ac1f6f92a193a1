"""Faults of apps: how they are installed, and how they end."""

import re
from collections.abc import Mapping
from typing import ClassVar, Final

from sideload.simulated.android.faults.fault import CountingFault, Fault

_REASON: Final = re.compile("[A-Z_]{1,100}")
_REFUSES: Final = """#!/bin/sh
case "$1" in
    install*)
        cat >/dev/null
        echo "Failure [%s: it was asked for]"
        exit 1
        ;;
esac
exec @original@ "$@"
"""
# How `am` tells the process that it starts.
_TELLS: Final = """#!/bin/sh
export SIDELOAD_APP_FAULT=%s=%d
exec @original@ "$@"
"""
_IN_THE_WAY: Final = """#!/bin/sh
package=
run=
last=
for word in "$@"; do
    case "$last" in
        -n) package=${word%%/*} ;;
        run) run=$word ;;
    esac
    last=$word
done
if [ -n "$run" ]; then
    @mkdir@ -p "${0%/*}/../../data/media/Android/data/$package/sideload/$run/lines.jsonl"
fi
exec @original@ "$@"
"""


class InstallRefused(Fault):
    """Installs no app, for this reason, such as `INSTALL_FAILED_USER_RESTRICTED`."""

    name = "install-refused"
    value = "REASON"

    def __init__(self, value: str) -> None:
        super().__init__(value)
        if not _REASON.fullmatch(value):
            raise self.misused()
        self.reason = value

    def programs(self) -> Mapping[str, str | None]:
        """A `pm` that takes an APK and refuses it."""
        return {"pm": _REFUSES % self.reason}


class _InApp(CountingFault):
    """Base of what an app's process does when it has logged so many lines."""

    kind: ClassVar[str]
    value = "LINES"
    least = 1

    def programs(self) -> Mapping[str, str | None]:
        """An `am` that tells the process."""
        return {"am": _TELLS % (self.kind, self.limit)}


class AppCrash(_InApp):
    """An app throws an exception that nobody catches when it has logged so many lines."""

    name = "app-crash"
    kind = "crash"


class AppKilled(_InApp):
    """The memory killer ends an app when it has logged so many lines; `logcat` says why."""

    name = "app-killed"
    kind = "kill"


class NoAppFile(Fault):
    """An app cannot write the file that it keeps its lines in."""

    name = "no-app-file"

    def programs(self) -> Mapping[str, str | None]:
        """An `am` that puts a folder in the file's place."""
        return {"am": _IN_THE_WAY}


class NoAppLog(Fault):
    """Keeps what apps say out of the log."""

    name = "no-app-log"

    def programs(self) -> Mapping[str, str | None]:
        """A `logcat` that waits for what never comes."""
        return {"logcat": "#!/bin/sh\nexec sleep 3600\n"}
