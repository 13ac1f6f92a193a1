"""What files and commands need of whatever carries them: our own streams, or a server's sockets.

`commands`, `sending`, `receiving` and `connection` know nothing else. A carrier gives a `Services`,
each of whose channels is one conversation with one service of the phone, until a `with` block ends.
"""

from types import TracebackType
from typing import Protocol, Self

from sideload.protocols.adb.packets import Data


class Channel(Protocol):
    """Bytes to and from one service; one thread at a time uses it.

    The two directions are independent: what arrives is kept until it is read, and may arrive while
    this side waits until it can write. `timeout_s` bounds each silence, in seconds; it may be
    changed at any time.
    """

    timeout_s: float

    def __enter__(self) -> Self:
        """The channel itself."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the conversation; a command that still runs is ended by the phone."""

    @property
    def max_payload(self) -> int:
        """The most bytes that one `write` may carry, all parts together."""

    @property
    def is_readable(self) -> bool:
        """Has something arrived that was not read?"""

    @property
    def is_writable(self) -> bool:
        """Would the other end take a `write` now?"""

    @property
    def is_closed(self) -> bool:
        """Has the other end ended it? What had arrived before can still be read."""

    @property
    def pending_bytes(self) -> int:
        """How much of what was written has not been taken there yet, as far as is known."""

    def wait(self, *, for_room: bool = False) -> None:
        """Until something has arrived, the other end has closed, or (`for_room`) takes a write.

        Raises:
            DeviceGoneError: The connection broke, or nothing came in time.
        """

    def until_writable(self) -> None:
        """Wait until `write` may be called, whatever has arrived meanwhile.

        Raises:
            DeviceGoneError: The connection broke, or the other end closed.
        """

    def poll(self) -> None:
        """Look at what has arrived, without waiting for more."""

    def write(self, *parts: Data) -> None:
        """Send all parts as one, at most `max_payload` bytes; only where `is_writable`.

        They may be written to again as soon as this returns.
        """

    def read(self) -> Data:
        """Wait for what arrives next, empty at the end; `release` it when done.

        Raises:
            DeviceGoneError: The connection broke, or nothing came in time.
        """

    def release(self, payload: Data) -> None:
        """Say that what was read is not looked at any more; its memory is used again."""


class Services(Protocol):
    """The services of one phone, each opened as often as one likes, from any thread."""

    @property
    def timeout_s(self) -> float:
        """How long each silence may last, in seconds, where a service has no time of its own."""

    def open(self, service: str, timeout_s: float | None = None) -> Channel:
        """A new channel to a service, such as `sync:` or `shell,v2,raw:ls`.

        Raises:
            RefusedError: The phone has no such service.
            ProtocolError: The service's name cannot be sent.
        """

    def close(self) -> None:
        """End everything; whoever waits for a channel fails."""
