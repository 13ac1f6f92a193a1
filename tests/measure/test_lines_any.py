"""Whatever happens to a log on its way, no number in it becomes another one."""

from collections.abc import Sequence
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as some

from sideload.measure.lines import parse
from tests.fuzz import claims
from tests.measure import log
from tests.protocols.adb.any import CUTS, QUICK

TIMES: Final = some.lists(some.integers(0, 10**12), min_size=1, max_size=8)
NOISE: Final = some.binary(max_size=60)
JSON: Final = some.recursive(
    some.none() | some.booleans() | some.integers(-(2**53), 2**53) | some.text(max_size=9),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(max_size=5), inner),
    max_leaves=6,
)
NAMES: Final = some.text(min_size=1, max_size=9).filter(
    lambda name: name not in {"run", "event", "crc"}
)


@QUICK
@given(TIMES)
def test_a_whole_log_is_read_as_it_was_printed(times: list[int]) -> None:
    read = parse(log.whole(*times))

    assert read.complete
    assert [event["ns"] for event in read.of("iteration")[1:]] == times


@QUICK
@given(some.dictionaries(NAMES, JSON, max_size=4))
def test_an_event_that_nobody_knows_keeps_its_fields(fields: dict[str, Any]) -> None:
    read = parse(log.line("something-new", **fields))

    assert read.torn_lines == 0
    assert {name: read.events[0][name] for name in fields} == fields


@QUICK
@given(TIMES, some.integers(0, 10**6), some.integers(0, 300), NOISE)
def test_bytes_that_are_lost_or_put_between_change_no_number(
    times: list[int], at: int, lost: int, noise: bytes
) -> None:
    whole = log.whole(*times)
    at %= len(whole)
    printed = {_facts(event) for event in parse(whole).of("iteration")}

    read = parse(whole[:at] + noise + whole[at + lost :])

    assert {_facts(event) for event in read.of("iteration")} <= printed


@pytest.mark.parametrize("lost_from", range(20, 90))
def test_a_line_that_lost_its_checksum_with_its_end_gives_no_number(lost_from: int) -> None:
    line = log.iteration(7, 123_456_789_012)
    rest = log.whole(10, 20)

    read = parse(rest + line[:lost_from] + line[-2:])

    numbers = {event["ns"] for event in read.of("iteration")}
    assert numbers <= {600, 10, 20, 123_456_789_012}
    assert read.torn_lines == 1


@QUICK
@given(TIMES, TIMES, CUTS)
def test_two_runs_that_print_into_each_other_change_no_number(
    times: list[int], others: list[int], cuts: Sequence[int]
) -> None:
    whole = log.whole(*times)
    other = b"".join(log.iteration(number, ns, run="r2") for number, ns in enumerate(others))
    printed = {_facts(event) for event in parse(whole).of("iteration")}
    mixed = claims.pieces(whole, cuts)
    for place, piece in enumerate(claims.pieces(other, cuts)):
        mixed.insert(2 * place, piece)

    read = parse(b"".join(mixed), run=log.RUN)

    assert {_facts(event) for event in read.of("iteration")} <= printed


def _facts(event: Any) -> tuple[object, ...]:  # noqa: ANN401 - any JSON
    return (event["phase"], event["index"], event["ns"])
