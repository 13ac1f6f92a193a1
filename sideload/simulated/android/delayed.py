"""What is on its way: things that happen later, in the order in which they were sent off."""

import asyncio
from collections import deque
from collections.abc import Callable


class Delayed:
    """A way with a latency, which may change while something is on it."""

    def __init__(self) -> None:
        self._under_way: deque[Callable[[], None]] = deque()

    def send(self, action: Callable[[], None], latency_s: float) -> None:
        """Do `action` when it has arrived; at once where that takes no time."""
        if not (latency_s or self._under_way):
            action()
            return
        # Two that are due at the same moment could change places, but not in a queue.
        self._under_way.append(action)
        asyncio.get_running_loop().call_later(latency_s, self._arrived)

    def _arrived(self) -> None:
        self._under_way.popleft()()
