"""How fast the way to a phone has been found to be."""

from typing import Final

from sideload.host import clock

# What is measured must be more than what some buffer swallows, and more than one hiccup long.
_LEAST_BYTES: Final = 2 << 20
_LEAST_S: Final = 0.05


class Pace:
    """One for each connection, or for each channel where it has several at once.

    `bytes_per_s` is what the phone last took in a second, None where nobody has sent it enough yet.
    """

    def __init__(self) -> None:
        self.bytes_per_s: float | None = None
        self._begun_s = 0.0
        self._begun_bytes = 0

    def part(self) -> "Pace":
        """One that knows as much, for one of several channels at once."""
        other = Pace()
        other.bytes_per_s = self.bytes_per_s
        return other

    def begin(self, taken_bytes: int) -> None:
        """Count from here: the phone has taken so many bytes by now."""
        self._begun_s, self._begun_bytes = clock.monotonic_s(), taken_bytes

    def goes_on(self, taken_bytes: int) -> None:
        """Nothing but content was sent since it began; it has taken so many bytes by now."""
        passed_s = clock.monotonic_s() - self._begun_s
        grown_bytes = taken_bytes - self._begun_bytes
        if passed_s >= _LEAST_S and grown_bytes >= _LEAST_BYTES:
            self.bytes_per_s = grown_bytes / passed_s
            self.begin(taken_bytes)
