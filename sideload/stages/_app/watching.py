"""What an app says, in the device's log or in its own file, and whether its process lives.

Some phones keep an app's words out of their log, some keep us out of its folder: either will do.
"""

import re
import shlex
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sideload.errors import RunnerError
from sideload.measure import lines
from sideload.measure.lines import Event
from sideload.stages._app.exchange import LINES, SHARED
from sideload.transports import Connection, Held
from sideload.values import LINE_MARK

# Seldom enough to disturb nothing, often enough that nobody waits for the dead.
PULSE_S: Final = 2
# Far more than that: then it is the connection that says nothing.
QUIET_S: Final = 60.0
PULSE: Final = b"sideload-pulse "
SHOWN: Final = 8
CRASHES: Final = frozenset({b"AndroidRuntime", b"DEBUG", b"libc"})
_TAGS: Final = (
    *("sideload:V", "AndroidRuntime:E", "ActivityManager:I", "DEBUG:V", "libc:F"),
    *("lowmemorykiller:V", "lmkd:V", "*:S"),
)
# `-T 1` begins with the last line: what was logged before is another's.
_WATCH: Final = (
    "logcat -v threadtime -T 1 {tags} & log=$!; trap 'kill $log' EXIT HUP INT TERM; "
    'while sleep {pulse}; do echo "{mark}$(pidof {package}):$(tail -n 1 {kept} 2>/dev/null)"; done'
)
_LINE: Final = re.compile(rb"\S+ +\S+ +\d+ +\d+ [A-Z] (?P<tag>[^:]*?) *: (?P<text>.*)")


class Watch:
    """One run of an app. Its lines are kept as they came, without what `logcat` has before them."""

    def __init__(self, held: Held, run: str, package: str) -> None:
        self.raw: list[bytes] = []
        self.crash: list[str] = []
        self.others: list[str] = []
        self._held = held
        self._run = run
        self._package = package.encode()
        self._kept = b""
        self._is_dead = False
        self._has_lived = False

    def until(self, events: frozenset[str], *, silence_s: float) -> str:
        """Wait for one of these events; its name, or nothing where the process ended before.

        Raises:
            RunnerError: The app said nothing more for `silence_s`.
            DeviceGoneError: So did the whole connection.
        """
        heard_s = time.monotonic()
        while (line := self._held.line(QUIET_S)) is not None:
            event = self._take(line.rstrip(b"\r"))
            if event is not None:
                heard_s = time.monotonic()
                if event["event"] in events:
                    return str(event["event"])
            elif self._is_dead:
                return ""
            if time.monotonic() - heard_s > silence_s:
                raise self._silent(silence_s)
        return ""

    def last_words(self) -> str:
        """What the system said of the app's end, or the app itself."""
        ours = [raw.decode("utf-8", "backslashreplace") for raw in self.raw]
        # A crash says first what it is, and then for long where it was.
        told = [*self.crash[:SHOWN], *self.others[-SHOWN:]]
        return "\n".join(told or ours[-SHOWN:])

    def _take(self, line: bytes) -> Event | None:
        if line.startswith(PULSE):
            return self._feel(line.removeprefix(PULSE))
        found = _LINE.fullmatch(line)
        if found is None:
            return None
        tag, text = found["tag"].strip(), found["text"]
        if tag != b"sideload":
            self._hear(tag, text)
            return None
        if not text.startswith(LINE_MARK.encode()):
            return None
        self.raw.append(text)
        events = lines.parse(text, run=self._run).events
        self._has_lived = self._has_lived or bool(events)
        return events[0] if events else None

    def _feel(self, pulse: bytes) -> Event | None:
        """A process's number, or none; and the last line in the app's file, if that is new."""
        number, _, kept = pulse.partition(b":")
        # A process that has not been seen yet may only be on its way.
        self._is_dead = self._has_lived and not number.strip().isdigit()
        self._has_lived = self._has_lived or number.strip().isdigit()
        if kept == self._kept:
            return None
        self._kept = kept
        events = lines.parse(kept, run=self._run).events
        return events[-1] if events else None

    def _hear(self, tag: bytes, text: bytes) -> None:
        # What Android's own services say must be of this app; a crash goes on for many lines. That
        # a process has died may be said late, of the one before: only a pulse is believed.
        if tag in CRASHES:
            self.crash.append(text.decode("utf-8", "backslashreplace"))
        elif self._package in text:
            self.others.append(text.decode("utf-8", "backslashreplace"))

    def _silent(self, silence_s: float) -> RunnerError:
        return RunnerError(
            f"the app said nothing for {silence_s:g} s; its last words were:\n{self.last_words()}",
            remedy="look at the phone's screen, which may ask something; or fewer iterations",
        )


@contextmanager
def watched(connection: Connection, run: str, package: str) -> Iterator[Watch]:
    """The log of one run, from now on.

    Raises:
        DeviceError: As the connection says.
    """
    command = _WATCH.format(
        tags=shlex.join(_TAGS),
        pulse=PULSE_S,
        mark=PULSE.decode(),
        package=shlex.quote(package),
        kept=shlex.quote(f"{SHARED.format(package=package, run=run)}/{LINES}"),
    )
    with connection.hold(command) as held:
        yield Watch(held, run, package)
