"""What one run gave, whichever way it went."""

from dataclasses import dataclass

from sideload.measure import lines


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a run printed, raw and parsed; its files stay in `folder` until it is put away."""

    raw: bytes
    log: lines.Log
    folder: str
    samples: int
