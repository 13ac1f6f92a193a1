"""Run commands on the phone, with their input, output and exit code."""

import secrets
import shlex
from collections.abc import Callable
from typing import Final, Protocol, TypeAlias

from sideload.errors import DeviceGoneError, ProtocolError
from sideload.protocols.adb import shell
from sideload.protocols.adb.packets import Data
from sideload.transports import Completed
from sideload.transports._adb.channel import Channel, Services

# Fills memory with input and says how much that is; 0 at the end.
Source: TypeAlias = Callable[[memoryview], int]
OnOutput: TypeAlias = Callable[[bytes], None]

# More output than this is read by nobody, but kept in memory.
_MOST_OUTPUT: Final = 64 << 20
# After the mark: up to three digits and a line end.
_MOST_CODE: Final = 4


def run(
    services: Services,
    command: str,
    source: Source,
    *,
    source_bytes: int,
    timeout_s: float,
    on_stdout: OnOutput | None = None,
) -> Completed:
    """Run `command` in the phone's shell, over `shell,v2:`.

    Raises:
        DeviceGoneError: The connection broke, or nothing came for `timeout_s`.
    """
    del source_bytes  # only the older way needs to know
    with services.open(f"shell,v2,raw:{command}", timeout_s) as channel:
        framed = _Framed(on_stdout)
        _talk(channel, framed, source)
        return framed.completed()


def run_old(
    services: Services,
    command: str,
    source: Source,
    *,
    source_bytes: int,
    timeout_s: float,
    on_stdout: OnOutput | None = None,
) -> Completed:
    """The same before Android 7, over `exec:`: stderr is in stdout, the exit code behind it.

    `source` gives `source_bytes` bytes, because nothing but their count can tell the command where
    its input ends.

    Raises:
        DeviceGoneError: The connection broke, or nothing came for `timeout_s`.
    """
    mark = f"sideload-{secrets.token_hex(8)}:"
    # In a shell of its own, so that not even a syntax error swallows the mark.
    inner = f"sh -c {shlex.quote(command)}"
    fed = f"head -c {source_bytes} | {inner}" if source_bytes else f"{inner} </dev/null"
    with services.open(f"exec:{fed}; echo {mark}$?", timeout_s) as channel:
        raw = _Raw(mark.encode(), on_stdout)
        _talk(channel, raw, source)
        return raw.completed()


class _Framing(Protocol):
    """How input, output and exit code share a channel; `head` is what it needs before input."""

    head: int

    def wrap(self, packet: memoryview, size_bytes: int) -> list[Data]:
        """What to send for so many bytes of input, which stand in `packet` after the head."""

    def take(self, payload: Data) -> None:
        """Something has arrived."""


def _talk(channel: Channel, framing: _Framing, source: Source) -> None:
    """Feed the command and take its output, whichever is possible, until the phone ends it."""
    packet = memoryview(bytearray(min(channel.max_payload, shell.MAX_FRAME)))
    has_input = True
    while True:
        channel.wait(for_room=has_input)
        if channel.is_readable:
            payload = channel.read()
            framing.take(payload)
            channel.release(payload)
        elif channel.is_closed:
            return
        elif has_input:
            size_bytes = source(packet[framing.head :])
            has_input = size_bytes > 0
            for part in framing.wrap(packet, size_bytes):
                channel.write(part)
            channel.poll()


class _Output:
    """Collects what a command prints, and hands it on."""

    def __init__(self, on_output: OnOutput | None = None) -> None:
        self._data = bytearray()
        self._on_output = on_output

    def add(self, piece: bytes) -> None:
        """One more piece."""
        self._data += piece
        if len(self._data) > _MOST_OUTPUT:
            raise ProtocolError(
                f"a command on the phone printed more than {_MOST_OUTPUT >> 20} MiB",
                remedy="adb shell ps, to see what runs there",
            )
        if self._on_output is not None and piece:
            self._on_output(piece)

    def all(self) -> bytes:
        """All pieces."""
        return bytes(self._data)


class _Framed:
    head = shell.FRAME.size

    def __init__(self, on_stdout: OnOutput | None) -> None:
        self._reader = shell.FrameReader()
        self._outputs = {shell.STDOUT: _Output(on_stdout), shell.STDERR: _Output()}
        self._code: int | None = None

    def wrap(self, packet: memoryview, size_bytes: int) -> list[Data]:
        if not size_bytes:
            return [shell.frame(shell.CLOSE_STDIN)]
        shell.FRAME.pack_into(packet, 0, shell.STDIN, size_bytes)
        return [packet[: self.head + size_bytes]]

    def take(self, payload: Data) -> None:
        for kind, data in self._reader.feed(payload):
            if kind == shell.EXIT:
                self._code = shell.exit_code(data)
            elif kind in self._outputs:
                self._outputs[kind].add(data)

    def completed(self) -> Completed:
        stdout, stderr = (output.all() for output in self._outputs.values())
        return Completed(exit_code=_known(self._code), stdout=stdout, stderr=stderr)


class _Raw:
    head = 0

    def __init__(self, mark: bytes, on_stdout: OnOutput | None) -> None:
        self._mark = mark
        self._held = bytearray()
        self._output = _Output(on_stdout)

    def wrap(self, packet: memoryview, size_bytes: int) -> list[Data]:
        return [packet[:size_bytes]] if size_bytes else []

    def take(self, payload: Data) -> None:
        self._held += payload
        safe = max(0, len(self._held) - len(self._mark) - _MOST_CODE)
        self._output.add(bytes(self._held[:safe]))
        del self._held[:safe]

    def completed(self) -> Completed:
        rest, mark, code = self._held.rpartition(self._mark)
        digits = code.strip()
        self._output.add(bytes(rest))
        known = _known(int(digits) if mark and digits.isdigit() else None)
        return Completed(exit_code=known, stdout=self._output.all(), stderr=b"")


def _known(code: int | None) -> int:
    if code is None:
        raise DeviceGoneError(
            "the phone ended a command without saying how it went",
            remedy="check that the phone did not restart, then run the command again",
        )
    return code
