"""Where figures come from, in words: which device, whose clock, which run."""

from collections.abc import Sequence
from typing import Final, Protocol

from sideload.host import neutral
from sideload.values import Device, Result

THIS_HOST: Final = "this host's runtime, not a phone's"
THE_DEVICE: Final = "the device"


class Planned(Protocol):
    """A step of a plan; `why` is empty where what is there will be kept."""

    @property
    def stage(self) -> str:
        """The stage's name."""

    @property
    def item(self) -> str:
        """What it works on."""

    @property
    def why(self) -> str:
        """Why it would run."""


def times(device: Device) -> str:
    """What the times measured on `device` are times of."""
    return THIS_HOST if device.simulated else THE_DEVICE


def device(found: Device) -> str:
    """A device in one sentence, a simulated one labelled as such."""
    kind = "simulated " if found.simulated else ""
    described = ", ".join(part for part in (found.model, found.system, found.abi) if part)
    sentence = f"{kind}{found.serial} ({described})" if described else f"{kind}{found.serial}"
    return neutral.line(sentence)


def short_device(found: Device, among: Sequence[Result]) -> str:
    """As few words for a device as tell it from the others in a table."""
    serials = {result.deployment.device.serial for result in among}
    if not found.simulated:
        return found.serial
    return "simulated" if len(serials) == 1 else f"simulated {found.serial}"


def notes(results: Sequence[Result], *, started_utc: str) -> list[str]:
    """What a reader of the figures must know, each as one sentence."""
    devices = {result.deployment.device.serial: result.deployment.device for result in results}
    said = [f"{device(each)}: its times are those of {times(each)}." for each in devices.values()]
    said += _percentiles(results)
    said.append("Parity is between the device's answers and PyTorch's.")
    if any(result.artifact.parity and result.artifact.parity.metric for result in results):
        said.append("The task's own metric stands before PyTorch's, which is in brackets.")
    return said + [remark for result in results for remark in _remarks(result, started_utc)]


def _percentiles(results: Sequence[Result]) -> list[str]:
    counts = {result.timing.latency_ns.count for result in results if result.timing}
    if not counts:
        return []
    fewest, most = min(counts), max(counts)
    count = str(most) if fewest == most else f"{fewest} to {most}"
    return [f"p50, p90 and p99 are of {count} inferences, timed after a warm-up."]


def name(result: Result) -> str:
    """One result's name in a sentence."""
    made = result.artifact
    return neutral.line(f"{made.model} {made.runtime} {made.precision}")


def _remarks(result: Result, started_utc: str) -> list[str]:
    timing = result.timing
    if timing is None:
        return [f"{name(result)} was not measured."]
    said = []
    if timing.measured_at and timing.measured_at < started_utc:
        said.append(f"{name(result)} was measured earlier, at {timing.measured_at}.")
    if not timing.complete:
        said.append(f"{name(result)}: the log has no end, so its figures are not whole.")
    if timing.torn_lines or timing.foreign_lines:
        said.append(
            f"{name(result)}: {timing.torn_lines} torn and {timing.foreign_lines} foreign lines "
            "in the log were left out."
        )
    return said
