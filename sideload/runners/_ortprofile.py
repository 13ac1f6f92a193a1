"""ONNX Runtime's profile, a list of trace events; the runner appends one that says what counts.

Every run's `Node` events come before its own `model_run`. The last event, `measured`, says how many
of the last runs were measured: those before are loading's, the samples' and the warm-up's.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from sideload.runners._operators import Call, Inference, unreadable

NS_PER_US: Final = 1000
LONGEST_US: Final = 10**12
PROVIDER: Final = "ExecutionProvider"


def read(data: bytes) -> tuple[Inference, ...]:
    """The measured inferences in the file.

    Raises:
        RunnerError: It is no such file, truncated, or corrupt.
    """
    events = _events(data)
    count = _measured(events)
    inferences = tuple(_inferences(events))
    if not 0 < count <= len(inferences):
        raise unreadable(f"it holds {len(inferences)} inferences and says {count}")
    return inferences[-count:]


def _events(data: bytes) -> list[Mapping[str, Any]]:
    try:
        events = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise unreadable("it is not JSON, or truncated") from error
    if not isinstance(events, list) or not all(isinstance(event, dict) for event in events):
        raise unreadable("it is not a list of events")
    return events


def _measured(events: list[Mapping[str, Any]]) -> int:
    last = events[-1] if events else {}
    if last.get("name") != "measured":
        raise unreadable("it does not say which of its runs were measured")
    return _integer(_arguments(last).get("runs"), most=10**9)


def _inferences(events: list[Mapping[str, Any]]) -> Iterator[Inference]:
    calls: list[Call] = []
    for event in events:
        if event.get("cat") == "Node" and str(event.get("name")).endswith("_kernel_time"):
            calls.append(_call(event))
        elif event.get("name") == "model_run":
            yield Inference(ns=_duration_ns(event), calls=tuple(calls))
            calls = []


def _call(event: Mapping[str, Any]) -> Call:
    arguments = _arguments(event)
    provider = str(arguments.get("provider", "")).removesuffix(PROVIDER)
    operator = str(arguments.get("op_name", "?"))
    return Call(operator=operator, backend=provider.lower(), ns=_duration_ns(event))


def _duration_ns(event: Mapping[str, Any]) -> int:
    return _integer(event.get("dur"), most=LONGEST_US) * NS_PER_US


def _arguments(event: Mapping[str, Any]) -> Mapping[str, Any]:
    arguments = event.get("args")
    if not isinstance(arguments, dict):
        raise unreadable("an event has no arguments")
    return arguments


def _integer(value: object, *, most: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
        raise unreadable(f"{str(value)[:40]!r} is no duration or count")
    return value
