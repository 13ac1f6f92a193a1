"""How a slow link slows down: by the clock, in pieces that its speed decides."""

from typing import Final

# What a very slow link takes at once, so that progress can be seen.
LEAST_PIECE: Final = 1 << 14
# The clock of an event loop is not finer than this is long; a fast link waits for several pieces.
_PERIOD_S: Final = 0.01


class Pace:
    """When a link that carries so many bytes in so many seconds has carried what it was given."""

    def __init__(self) -> None:
        self._due_s = 0.0

    @staticmethod
    def piece(delay_s: float) -> int:
        """How many bytes to take at once, where `LEAST_PIECE` of them take `delay_s`."""
        return int(LEAST_PIECE * max(1.0, _PERIOD_S / delay_s))

    def until_s(self, delay_s: float, now_s: float) -> float:
        """Until when to wait after what takes `delay_s`; now or earlier where that is too short."""
        self._due_s = max(self._due_s, now_s) + delay_s
        return self._due_s if self._due_s - now_s >= _PERIOD_S / 2 else now_s
