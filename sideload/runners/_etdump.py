"""ExecuTorch's profile (`ETDump`), read without ExecuTorch.

Field numbers are those of `etdump_schema_flatcc.fbs`: ETDump{version, run_data}, RunData{name,
bundled_input_index, allocators, events}, Event{profile_event, …}, ProfileEvent{name, chain_index,
instruction_id, delegate_debug_id_int, delegate_debug_id_str, metadata, start_time, end_time}.
"""

import itertools
import re
import struct
from collections.abc import Iterator
from typing import Final

from sideload.runners import _flatbuffer
from sideload.runners._flatbuffer import Table
from sideload.runners._operators import Call, Inference, unreadable

IDENTIFIER: Final = b"ED00"
U64: Final = struct.Struct("<Q")
I32: Final = struct.Struct("<i")
NONE: Final = -1
WHOLE: Final = "Method::execute"
NATIVE: Final = "native_call_"
# XNNPACK numbers the operators of one name: `Softmax (NC, F32) #3`.
NUMBERED: Final = re.compile(r" #\d+$")
# A corrupt file can point to the same events over and over; an honest one has room for each.
LEAST_EVENT_BYTES: Final = 16


def read(data: bytes, *, delegate: str) -> tuple[Inference, ...]:
    """Every inference in the file; `delegate` names the backend of delegated operators.

    Raises:
        RunnerError: It is no such file, truncated, or corrupt.
    """
    inferences: list[Inference] = []
    left = len(data) // LEAST_EVENT_BYTES
    for run in _flatbuffer.root(data, IDENTIFIER).tables(1):
        events = list(itertools.islice(run.tables(3), left + 1))
        left -= len(events) + 1
        if left < 0:
            raise unreadable("it has more events than there is room for")
        inferences += _inference(events, delegate)
    return tuple(inferences)


def _inference(events: list[Table], delegate: str) -> Iterator[Inference]:
    calls, whole = [], None
    for event in filter(None, (entry.table(0) for entry in events)):
        ns = _duration_ns(event)
        name = event.text(0)
        if name == WHOLE:
            whole = ns
        operator, backend = _operator(event, name, delegate)
        if operator:
            calls.append(Call(operator=operator, backend=backend, ns=ns))
    if whole is not None:
        yield Inference(ns=whole, calls=tuple(calls))


def _operator(event: Table, name: str, delegate: str) -> tuple[str, str]:
    delegated = event.text(4)
    number = event.number(3, I32, NONE)
    if delegated or number != NONE:
        return NUMBERED.sub("", delegated) or f"operator {number}", delegate
    if name.startswith(NATIVE):
        return name.removeprefix(NATIVE), "portable"
    return "", ""


def _duration_ns(event: Table) -> int:
    start, end = event.number(6, U64, 0), event.number(7, U64, 0)
    if end < start:
        raise unreadable("an operator ends before it starts")
    return end - start
