"""The services that run commands: `shell:`, `shell,v2:` and `exec:`."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from functools import partial, reduce
from typing import Final, TypeAlias

from sideload.protocols.adb.shell import STDERR, STDOUT
from sideload.simulated.android.commands import RunningCommand, start
from sideload.simulated.android.faults.fault import Filter
from sideload.simulated.android.framing import Framing
from sideload.simulated.android.phone import Phone
from sideload.simulated.android.stream import Stream, StreamClosedError
from sideload.simulated.android.translation import lines_to_host, to_phone

_READ: Final = 1 << 18
# A command like this keeps what it reads from stdin, so a full disk would show.
_STORES: Final = re.compile(r">\s*(?:[^\s>&/]|/(?!dev/))|\bof=|\btee\b")
_CANNOT_RUN: Final = 126
# Where a shell opens a file to write, as far as the text of a command tells: quoted, or plain.
_REDIRECTION: Final = re.compile(
    r">\s*(?:\'(/(?:data|sdcard|storage)[^\']*)\'|(/(?:data|sdcard|storage)[^\s\"';&|)]*))"
)

_Send: TypeAlias = Callable[[bytes], Awaitable[None]]


class _Output:
    """Where a command's output goes, and in the end its exit code."""

    def __init__(self, stream: Stream, framing: Framing) -> None:
        self._stream = stream
        self._framing = framing

    async def send(self, source: int, data: bytes) -> None:
        # A filter may have made more of it, and no adbd sends more in one frame.
        for at in range(0, len(data), _READ):
            await self._stream.write(self._framing.wrap(source, data[at : at + _READ]))

    async def end(self, last_words: bytes, code: int) -> None:
        await self.send(STDERR, last_words)
        await self._stream.write(self._framing.exit(code))


class _Run:
    """A command, as faults know it."""

    def __init__(self, command: RunningCommand, phone: Phone) -> None:
        self._phone = phone
        self.kill = command.end
        self.log = phone.log

    def reboot(self) -> None:
        self._phone.restart()

    def power_off(self) -> None:
        self._phone.power_off()


async def serve(stream: Stream, phone: Phone, text: str, framing: Framing) -> None:
    """Run `text`, or a shell where it is empty, and carry its input, output and exit code."""
    output = _Output(stream, framing)
    refusal = "".join(fault.refuses_command(text) for fault in phone.faults)
    _place_redirections(phone, text)
    if refusal:
        await output.end(refusal.encode(), 1)
        return
    try:
        command = await start(
            reduce(lambda text, fault: fault.command(text), phone.faults, text),
            phone.place,
            has_stderr=framing.separates_stderr,
            has_prompt=framing.has_prompt,
        )
    except OSError as error:
        await output.end(f"/system/bin/sh: {error.strerror}\n".encode(), _CANNOT_RUN)
        return
    feeding = asyncio.create_task(_feed(stream, phone, text, command, framing))
    try:
        await _copy_all(command, phone, output)
        code = await command.exit_code()
        await output.end(command.last_words, code)
    finally:
        feeding.cancel()
        command.end()
        await command.exit_code()


def _place_redirections(phone: Phone, text: str) -> None:
    for found in _REDIRECTION.finditer(text):
        with suppress(OSError):  # no such folder: the shell says so itself
            phone.placing(phone.files.entry(found[1] or found[2]))


async def _copy_all(command: RunningCommand, phone: Phone, output: _Output) -> None:
    made = (fault.output(_Run(command, phone)) for fault in phone.faults)
    spoil = [each for each in made if each is not None]
    places = (phone.place.link, phone.place.root)
    copies = [_copy(command.stdout, [to_phone(*places), *spoil], partial(output.send, STDOUT))]
    if command.stderr is not None:
        copies.append(_copy(command.stderr, [to_phone(*places)], partial(output.send, STDERR)))
    await asyncio.gather(*copies)


async def _copy(pipe: asyncio.StreamReader, filters: Sequence[Filter], send: _Send) -> None:
    is_last = False
    while not is_last:
        piece = await pipe.read(_READ)
        is_last = not piece
        for change in filters:
            piece = change(piece, is_last)
        await send(piece)


async def _feed(
    stream: Stream, phone: Phone, text: str, command: RunningCommand, framing: Framing
) -> None:
    """Hand on what the client sends, until it closes the stream; then the command has to end."""
    translate = lines_to_host(phone.place.link)
    try:
        while True:
            piece = await framing.read(stream, command.interrupt)
            if piece and _STORES.search(text):
                phone.stored(len(piece))
                if delay_s := phone.disk_s(len(piece)):
                    await asyncio.sleep(delay_s)
            if text:
                await command.feed(piece)
            else:
                await _feed_shell(command, translate(bytes(piece), not piece), is_last=not piece)
    except OSError as error:
        command.end(f"sh: write error: {error.strerror}\n".encode(), code=1)
    except StreamClosedError:
        command.stdin.close()
        await asyncio.sleep(framing.grace_s)
        command.end()


async def _feed_shell(command: RunningCommand, lines: bytes, *, is_last: bool) -> None:
    if lines:
        await command.feed(lines)
    if is_last:
        await command.feed(b"")
