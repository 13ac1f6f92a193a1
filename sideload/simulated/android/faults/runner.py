"""Faults of a runner: how it starts, and how it ends."""

import re
from typing import Final

from sideload.simulated.android.faults.fault import CountingFault, Fault, Filter, Run
from sideload.simulated.android.faults.lines import by_line

# What `sideload.runners.arguments` begins with, whatever the program is called.
_RUNNERS: Final = re.compile(r" --run [0-9a-f]+ --model ")


class MissingLibrary(Fault):
    """A runner cannot start: its linker misses a library."""

    name = "missing-library"

    def refuses_command(self, command: str) -> str:
        """What Android's linker says."""
        if not _RUNNERS.search(command):
            return ""
        return 'CANNOT LINK EXECUTABLE "./runner": library "libc++_shared.so" not found\n'


class _Signalled(Fault):
    """Base of the faults that end a runner by a signal before it has said anything."""

    signal: str

    def command(self, text: str) -> str:
        """A shell that ends itself so."""
        return f"kill -{self.signal} $$" if _RUNNERS.search(text) else text


class IllegalInstruction(_Signalled):
    """A runner dies by SIGILL: it was built for a newer processor."""

    name = "illegal-instruction"
    signal = "ILL"


class SegmentationFault(_Signalled):
    """A runner dies by SIGSEGV."""

    name = "segmentation-fault"
    signal = "SEGV"


class Hang(CountingFault):
    """A runner says nothing more after so many lines, and does not end."""

    name = "hang"
    value = "LINES"

    def command(self, text: str) -> str:
        """Its first lines, and then nobody that reads or ends."""
        if not _RUNNERS.search(text):
            return text
        return f"{{ {text}\n}} | {{ head -n {self.limit}; sleep 3600; }}"


class KillRunner(CountingFault):
    """A runner dies by SIGKILL when it has printed so many lines."""

    name = "kill-runner"
    value = "LINES"
    least = 1

    def output(self, run: Run) -> Filter:
        """Let the lines pass, and nothing after them."""
        left = self.limit

        def pass_or_kill(line: bytes, is_runners: bool) -> bytes:
            nonlocal left
            if not left:
                return b""
            left -= is_runners
            if not left:
                self.ends(run)
            return line

        return by_line(pass_or_kill)

    def ends(self, run: Run) -> None:
        """The line with that number has passed."""
        run.kill()


class OutOfMemory(KillRunner):
    """The memory killer ends a runner when it has printed so many lines; `logcat` says why."""

    name = "out-of-memory"

    def ends(self, run: Run) -> None:
        """As Android does."""
        run.log("lowmemorykiller: Kill 'runner' (4242), uid 2000, oom_score_adj 0 to free 512 MB")
        run.kill()


class RebootInRun(KillRunner):
    """Starts again when a runner has printed so many lines; files stay."""

    name = "reboot-in-run"

    def __init__(self, value: str) -> None:
        super().__init__(value)
        self.is_over = False

    def ends(self, run: Run) -> None:
        """Once."""
        if not self.is_over:
            self.is_over = True
            run.reboot()


class Unplugged(KillRunner):
    """Is gone for good when a runner has printed so many lines."""

    name = "unplugged"

    def ends(self, run: Run) -> None:
        """Nothing listens any more."""
        run.power_off()


class ThermalShutdown(KillRunner):
    """Is so hot that it switches itself off when a runner has printed so many lines."""

    name = "thermal-shutdown"

    def ends(self, run: Run) -> None:
        """With a last word in the log."""
        run.log("ThermalManagerService: shutdown: skin is at 95.0")
        run.power_off()
