import math
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sideload import platforms
from sideload.facts import PhoneFacts
from sideload.host import jsonfile, neutral
from sideload.measure import conditions
from sideload.platforms._facts import numbers
from sideload.platforms._facts.script import SECTIONS

WHOLE = [file.read_bytes() for file in sorted((Path(__file__).parent / "phones").glob("*.txt"))]
ODD = st.sampled_from(
    [
        *(b"", b"\x00", b"\xff\xfe", b"null", b"NaN", b"-1", b"0", b"Infinity", b"1e400"),
        *(b"9" * 30, b"9" * 5000, b"-2147483648", b"31,5", "٣١".encode(), "二".encode()),
        *(b"\n", b"\r\n", b"\n--- sideload end\n", b"\n--- sideload battery\n", b"\x1b[31m"),
        *(b": ", b"=", b"[]: []", b"  level: 200", b"Temperature{mValue=", b"cpu  ", b"0x"),
        *("\u202e".encode(), "\u2028".encode(), b"0-99999999", b"5-1"),
    ]
)


def parse(printed: bytes) -> PhoneFacts:
    return platforms.get("android").facts(printed)


CALM = parse(WHOLE[0])


def values(found: object) -> Iterator[object]:
    if is_dataclass(found):
        for field in fields(found):
            yield from values(getattr(found, field.name))
    elif isinstance(found, tuple):
        for each in found:
            yield from values(each)
    else:
        yield found


def check(printed: bytes) -> PhoneFacts:
    """What must be true of any answer whatever."""
    found = parse(printed)
    texts = [value for value in values(found) if isinstance(value, str)]
    numbers_ = [value for value in values(found) if isinstance(value, float)]
    assert jsonfile.load(PhoneFacts, jsonfile.dump(found)) == found
    assert all(neutral.line(text) == text and len(text) <= 80 for text in texts)
    assert all(math.isfinite(number) for number in numbers_)
    assert all(
        neutral.line(one.said) == one.said for one in conditions.doubts(found, parse(WHOLE[0]))
    )
    assert conditions.doubts(parse(WHOLE[0]), found) is not None
    return found


@given(st.binary(max_size=400))
def test_noise_instead_of_an_answer_is_all_unknown(noise: bytes) -> None:
    assert check(noise).unknown == SECTIONS


@given(st.sampled_from(SECTIONS), st.one_of(st.binary(max_size=200), ODD))
def test_noise_in_a_section_spoils_no_other(name: str, noise: bytes) -> None:
    found = check(b"\n--- sideload %s\n%s\n--- sideload end\n" % (name.encode(), noise))

    assert len(found.unknown) >= len(SECTIONS) - 2


@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.sampled_from(WHOLE), st.data())
def test_an_answer_with_odd_words_in_it_is_read_without_harm(
    answer: bytes, data: st.DataObject
) -> None:
    for _ in range(data.draw(st.integers(1, 6))):
        start = data.draw(st.integers(0, len(answer)))
        gone = data.draw(st.integers(0, 40))
        answer = answer[:start] + data.draw(ODD) + answer[start + gone :]

    check(answer)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(WHOLE), st.floats(0, 1))
def test_an_answer_that_is_cut_off_says_nothing_false(answer: bytes, share: float) -> None:
    whole, cut = parse(answer), check(answer[: int(share * len(answer))])

    for field in fields(PhoneFacts):
        before, after = getattr(cut, field.name), getattr(whole, field.name)
        if field.name not in {"unknown", "load", "zones", "battery", "clusters", "screen", "soc"}:
            assert before in {after, None, ""} or not before or field.name == "saves_power"


def test_an_endless_answer_is_read_in_part() -> None:
    endless = WHOLE[0].replace(b"--- sideload end", b"x" * (8 << 20))

    assert check(endless).battery.percent == parse(WHOLE[0]).battery.percent


def test_a_thousand_thermometers_are_not_all_kept() -> None:
    rows = "".join(f"/sys/class/thermal/thermal_zone{i}/temp:30000\n" for i in range(1000))
    found = check(f"--- sideload zones\n{rows}--- sideload end\n".encode())

    assert len(found.zones) == 128
    assert found.zones[0].name == "thermal_zone0"


@pytest.mark.parametrize(
    ("text", "celsius"),
    [
        *(("31000", 31.0), ("310", 31.0), ("31", 31.0), ("31,5", 31.5), ("-5000", -5.0)),
        *(("0", None), ("-1", None), ("-40", None), ("-274000", None), ("-273", None)),
        *(("125000", 125.0), ("200000", None), ("2147483647", None), ("NaN", None)),
        *(("", None), (" 28500 ", 28.5), ("65535", 65.535), ("1e5", None), ("0x1f", None)),
    ],
)
def test_a_zone_is_read_in_three_units(text: str, celsius: float | None) -> None:
    assert numbers.zone_celsius(text) == (
        celsius if celsius is None else pytest.approx(celsius, abs=0.01)
    )


@pytest.mark.parametrize(
    ("text", "volts"),
    [("4215", 4.215), ("4215000", 4.215), ("4.2", 4.2), ("4", 4.0), ("0", None), ("-1", None)],
)
def test_a_voltage_is_read_in_any_unit(text: str, volts: float | None) -> None:
    assert numbers.volts(text) == volts


@pytest.mark.parametrize(
    ("text", "amperes"),
    [("412", 0.412), ("-412000", -0.412), ("1500000", 1.5), ("0", 0.0), ("99999999999", None)],
)
def test_a_current_is_read_in_either_unit(text: str, amperes: float | None) -> None:
    assert numbers.amperes(text) == amperes
