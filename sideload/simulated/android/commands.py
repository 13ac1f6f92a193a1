"""Run a command of the phone in a shell of the host."""

import asyncio
import os
import signal
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from sideload.protocols.adb.packets import Data
from sideload.simulated.android.translation import to_host

_KILLED: Final = 128 + signal.SIGKILL
# Interactive, but without job control, which would need a terminal.
_PROMPTING: Final = ("-i", "+m")
_PROMPT: Final = "simulated:$PWD $ "


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where commands run: the root, and another path to it that has no special characters.

    `variables` are what each of them gets besides its usual ones.
    """

    root: str
    link: str
    variables: Mapping[str, str] = field(default_factory=dict)

    def environment(self) -> Mapping[str, str]:
        """All variables of a command; none of the host's own get through."""
        return {
            "PATH": f"{self.link}/system/bin",
            "HOME": self.link,
            "PWD": self.link,
            "TMPDIR": f"{self.link}/data/local/tmp",
            "ANDROID_ROOT": f"{self.link}/system",
            "ANDROID_DATA": f"{self.link}/data",
            "EXTERNAL_STORAGE": f"{self.link}/sdcard",
            "SHELL": "/bin/sh",
            "USER": "shell",
            "LOGNAME": "shell",
            "TERM": "dumb",
            "LC_ALL": "C",
            **self.variables,
        }


class RunningCommand:
    """A command that has been started, alone in its process group; `stderr` is None where merged.

    `last_words` is what the phone itself has to say to stderr when it has ended the command.
    """

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        if process.stdin is None or process.stdout is None:
            raise AssertionError("`start` asks for both")
        self.stdin = process.stdin
        self.stdout = process.stdout
        self.stderr = process.stderr
        self.last_words = b""
        self._process = process
        self._code: int | None = None

    async def feed(self, piece: Data) -> None:
        """Write to stdin, an empty piece closes it; a command that reads no more gets nothing."""
        if not piece:
            self.stdin.close()
        if self.stdin.is_closing():
            return
        try:
            self.stdin.write(piece)
            await self.stdin.drain()
        except ConnectionError:
            self.stdin.close()

    def end(self, last_words: bytes = b"", *, code: int = _KILLED) -> None:
        """End the command and whatever it started, by SIGKILL; nothing happens where it is over.

        Its exit code is `code`, even if it was quicker.
        """
        if self._code is None:
            self._code = code
            self.last_words = last_words
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)

    def interrupt(self) -> None:
        """What Ctrl-C does: SIGINT for the command and whatever it started."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGINT)

    async def exit_code(self) -> int:
        """Wait for the end; a signal counts from 128, as shells do."""
        code = await self._process.wait()
        if self._code is None:
            self._code = code if code >= 0 else 128 - code
        return self._code


async def start(
    text: str, place: Place, *, has_stderr: bool, has_prompt: bool = False
) -> RunningCommand:
    """Start `text` in a shell; without any, a shell that reads commands from stdin.

    Raises:
        OSError: It is too long, or the host has no room for another program.
    """
    words = (b"-c", to_host(os.fsencode(text), place.link)) if text else ()
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        "/bin/sh",
        *(_PROMPTING if has_prompt and not text else ()),
        *words,
        stdin=pipe,
        stdout=pipe,
        stderr=pipe if has_stderr else asyncio.subprocess.STDOUT,
        cwd=place.link,
        env={**place.environment(), **({"PS1": _PROMPT} if has_prompt else {})},
        start_new_session=True,
    )
    return RunningCommand(process)
