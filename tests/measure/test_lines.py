import random
from typing import Any

import pytest

from sideload.measure import lines
from sideload.measure.lines import parse
from tests.measure.log import RUN, bye, iteration, line, output, whole

GOOD = iteration(3, 2310456)


def test_a_whole_log_is_complete_and_keeps_its_order() -> None:
    log = parse(whole(10, 20))

    assert log.complete
    assert (log.foreign_lines, log.torn_lines) == (0, 0)
    assert [event["ns"] for event in log.of("iteration")] == [600, 10, 20]


def test_nothing_is_an_incomplete_log() -> None:
    log = parse(b"")

    assert (log.events, log.complete) == ((), False)


def test_other_peoples_lines_are_counted_and_left_out() -> None:
    noise = b"W/libc: access denied\n\xff\xfe\n\nexecutorch: loading\n"

    log = parse(noise + whole(10) + noise)

    assert log.complete
    assert (log.foreign_lines, log.torn_lines) == (6, 0)


def test_carriage_returns_of_a_terminal_change_nothing() -> None:
    log = parse(whole(10, 20).replace(b"\n", b"\r\n"))

    assert log.complete


def test_a_last_line_without_its_end_counts_if_it_is_whole() -> None:
    assert parse(whole(10).rstrip(b"\n")).complete


@pytest.mark.parametrize("kept", range(len(b"sideload:1 "), len(GOOD) - 1))
def test_a_line_cut_anywhere_gives_no_number(kept: int) -> None:
    log = parse(GOOD[:kept] + b"\n")

    assert (log.events, log.torn_lines) == ((), 1)


@pytest.mark.parametrize("lost", range(len(b"sideload:1 "), len(GOOD) - 1))
def test_a_line_that_lost_one_byte_never_gives_another_number(lost: int) -> None:
    log = parse(GOOD[:lost] + GOOD[lost + 1 :])

    # Only the loss of a letter of the key `crc` itself leaves everything else as it was printed.
    assert log.torn_lines == 1 or log.events[0]["ns"] == 2310456
    assert log.torn_lines == 1 or b'"crc"' not in GOOD[:lost] + GOOD[lost + 1 :]


def test_digits_lost_inside_a_number_are_noticed_though_the_json_is_good() -> None:
    log = parse(GOOD.replace(b"2310456", b"231"))

    assert (log.events, log.torn_lines) == ((), 1)


def test_two_lines_printed_into_each_other_are_both_torn() -> None:
    log = parse(GOOD[:40] + iteration(4, 77) + GOOD[40:])

    assert (log.events, log.torn_lines, log.foreign_lines) == ((), 2, 1)


def test_something_printed_before_a_line_on_the_same_line_spoils_it() -> None:
    log = parse(b"warning: " + GOOD)

    assert (log.events, log.torn_lines, log.foreign_lines) == ((), 1, 0)


@pytest.mark.parametrize(
    "ns",
    ["-1", "1.5", "1e3", "NaN", "Infinity", "1e999", '"12"', "true", "null", "[1]", str(2**63)],
)
def test_what_is_no_whole_number_of_nanoseconds_is_torn(ns: str) -> None:
    text = f'sideload:1 {{"run":"r","event":"iteration","phase":"warm","index":0,"ns":{ns}}}\n'

    log = parse(text.encode())

    assert (log.events, log.torn_lines) == ((), 1)


@pytest.mark.parametrize(
    "body",
    [
        b"{}",
        b"[]",
        b"1",
        b"{",
        b'{"run":"r"}',
        b'{"event":"hello"}',
        b'{"run":1,"event":"hello"}',
        b'{"run":"r","event":["hello"]}',
        b'{"run":"r","event":"load"}',
        b'{"run":"r","event":"load","ns":1,"ns":2}',
        b'{"run":"r","event":"memory","peak_bytes":-4}',
        b'{"run":"r","event":"iteration","phase":"hot","index":0,"ns":1}',
        b'{"run":"r","event":"error"}',
        b'{"run":"r","event":"bye","counts":[1]}',
        b'{"run":"r","event":"bye","counts":{"load":-1}}',
        b'{"run":"r","event":"hello","soc":"\xff"}',
        b'{"run":"r","event":"hello","soc":"\\ud800"}',
        b'{"run":"r","event":"hello","crc":"00000000"}',
        b'{"run":"r","event":"hello","crc":5}',
        b'{"crc":"00000000","run":"r","event":"hello"}',
        b"[" * 50_000,
        b'{"run":"r","event":"hello","x":' + b"9" * 5000 + b"}",
        b'{"run":"r","event":"hello","x":"' + b"y" * 70_000 + b'"}',
    ],
)
def test_a_marked_line_that_is_anything_less_is_torn(body: bytes) -> None:
    log = parse(b"sideload:1 " + body + b"\n")

    assert (log.events, log.torn_lines, log.foreign_lines) == ((), 1, 0)


@pytest.mark.parametrize(
    "spoiled",
    [
        {"sha256": "AB" * 32},
        {"sha256": "ab" * 31},
        {"shape": [2, -3]},
        {"shape": "2x3"},
        {"shape": [True]},
        {"dtype": 5},
        {"file": None},
    ],
)
def test_an_output_that_is_not_described_is_torn(spoiled: dict[str, Any]) -> None:
    log = parse(output(0, 0, **spoiled))

    assert (log.events, log.torn_lines) == ((), 1)


def test_a_line_without_a_checksum_is_taken_at_its_word() -> None:
    log = parse(b'sideload:1 {"run":"kotlin","event":"first","ns":5}\n')

    assert log.of("first")[0]["ns"] == 5


def test_unknown_events_and_fields_are_kept() -> None:
    log = parse(line("thermal", celsius=41.5) + line("hello", soc="x", nested={"a": [1]}))

    assert log.of("thermal")[0]["celsius"] == 41.5
    assert log.of("hello")[0]["nested"] == {"a": [1]}


def test_a_repeated_line_is_counted_once_and_reported() -> None:
    log = parse(iteration(0, 10) + iteration(0, 99) + output(0, 0) + output(0, 0))

    assert [event.get("ns") for event in log.events] == [10, None]
    assert log.torn_lines == 2


def test_a_line_that_comes_again_later_keeps_its_first_place() -> None:
    log = parse(iteration(0, 10) + iteration(1, 20) + iteration(0, 10))

    assert [event["ns"] for event in log.events] == [10, 20]


def test_lines_of_another_run_are_foreign() -> None:
    other = whole(99).replace(b'"r1"', b'"r0"')
    stale = b"".join(iteration(index, 99, run="stale") for index in range(3))

    log = parse(stale + whole(10) + other, run=RUN)

    assert log.complete
    assert [event["ns"] for event in log.of("iteration")] == [600, 10]
    assert log.foreign_lines >= 3


def test_without_a_run_the_first_whole_line_decides() -> None:
    log = parse(line("hello", run="a") + line("hello", run="b"))

    assert [event["run"] for event in log.events] == ["a"]
    assert log.foreign_lines == 1


@pytest.mark.parametrize("lost", range(11))
def test_a_log_that_lacks_any_line_is_incomplete(lost: int) -> None:
    every = whole(10, 20).splitlines(keepends=True)
    assert len(every) == 11

    log = parse(b"".join(every[:lost] + every[lost + 1 :]))

    assert not log.complete


def test_a_log_that_goes_on_after_its_goodbye_is_incomplete() -> None:
    assert not parse(whole(10) + iteration(7, 5)).complete


def test_a_goodbye_that_counts_wrongly_is_no_proof() -> None:
    assert parse(line("hello") + bye(hello=1)).complete
    assert not parse(line("hello") + bye(hello=2)).complete
    assert not parse(line("hello") + bye(hello=1, load=1)).complete


def test_random_damage_never_gives_a_number_that_was_not_printed() -> None:
    random_ = random.Random(0)  # noqa: S311 - a repeatable choice, not a secret
    printed = whole(*range(1_000_000, 1_000_040))
    known = {event["ns"] for event in parse(printed).events if "ns" in event}

    for _ in range(300):
        spoiled = bytearray(printed)
        for _ in range(random_.choice([1, 4, 40])):
            at = random_.randrange(len(spoiled))
            spoiled[at : at + random_.randrange(3)] = random_.randbytes(random_.randrange(3))
        log = parse(bytes(spoiled))

        assert {event["ns"] for event in log.events if "ns" in event} <= known


def test_the_longest_line_is_longer_than_any_runner_prints() -> None:
    assert 100 * len(GOOD) < lines.LONGEST_LINE_BYTES
