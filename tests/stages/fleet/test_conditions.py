import pytest
from hypothesis import given
from hypothesis import strategies as st

from sideload.errors import UsageError
from sideload.stages._fleet.conditions import FIELDS, Filter, is_filter, parse
from sideload.values import Device

PIXEL = Device(
    serial="2A01",
    transport="adb",
    simulated=False,
    model="Pixel 9 Pro",
    system="Android 15 (API 35)",
    abi="arm64-v8a",
    facts={"sdk": "35", "release": "15", "soc": "SM8650", "manufacturer": "Google"},
)
ODD = Device(
    serial="odd",
    transport="adb",
    simulated=True,
    model="unknown",
    system="unknown",
    abi="unknown",
    facts={"sdk": "thirty", "release": "8.1.0"},
)


@pytest.mark.parametrize(
    "text",
    [
        "model=Pixel*",
        "model=pixel 9 ?ro",
        "sdk>=33",
        "sdk>34",
        "sdk<=35",
        "sdk<36",
        "sdk=35",
        "release>=14.1",
        "release>=15.0",
        "soc=SM8*",
        "soc!=SM7*",
        "abi=arm64-v8a",
        "simulated=no",
        "serial=[0-9]A01",
        " model = Pixel* , sdk >= 33 ,abi=arm64-*",
    ],
)
def test_a_phone_that_meets_every_condition_is_meant(text: str) -> None:
    assert parse(text).unmet(PIXEL) is None


@pytest.mark.parametrize(
    ("text", "unmet"),
    [
        ("model=Galaxy*", "model=Galaxy*"),
        ("model=Pixel*,sdk>=36", "sdk>=36"),
        ("sdk<35", "sdk<35"),
        ("soc!=SM8*", "soc!=SM8*"),
        ("release>=15.1", "release>=15.1"),
        ("simulated=yes", "simulated=yes"),
    ],
)
def test_the_first_condition_that_is_not_met_is_named(text: str, unmet: str) -> None:
    assert str(parse(text).unmet(PIXEL)) == unmet


@pytest.mark.parametrize("text", ["model=*", "model!=Pixel", "sdk>=1", "sdk<999", "abi!=x86_64"])
def test_a_phone_that_does_not_say_meets_no_condition(text: str) -> None:
    assert parse(text).unmet(ODD) is not None


def test_a_release_of_several_numbers_is_compared_number_by_number() -> None:
    assert parse("release>=8.1,release<8.10").unmet(ODD) is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("mdl=Pixel", "no field 'mdl'"),
        ("=Pixel", "no field ''"),
        ("model=", "compares with nothing"),
        ("model=Pixel,", "'' is no condition"),
        (",model=Pixel", "'' is no condition"),
        ("model=Pixel,A", "'A' is no condition"),
        ("model>=3", "only release and sdk are numbers"),
        ("sdk>=new", "'new' is no number"),
        ("sdk>=-1", "'-1' is no number"),
        ("sdk>=٣٣", "is no number"),
        ("sdk>=1" + "0" * 40, "is no number"),
        ("sdk>=1.2.3.4.5", "is no number"),
        ("sdk==35", "compares twice"),
        ("sdk>>35", "compares twice"),
        ("sdk=<35", "compares twice"),
        ("model=a=b", "compares twice"),
        ("<=>", "no field ''"),
        ("model=" + "*" * 600, "too long"),
        ("mo\x1b[2Jdel=x", "no field"),
        ("model\n=", "compares with nothing"),
    ],
)
def test_what_is_no_filter_is_refused_with_the_fields_there_are(text: str, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse(text)

    assert said in caught.value.problem
    assert caught.value.problem.isprintable()
    assert all(field in caught.value.remedy for field in FIELDS)


def test_a_pattern_made_to_be_slow_comes_to_an_end() -> None:
    condition = parse("model=" + "a*" * 200 + "b").conditions[0]
    hostile = Device(**{**vars(PIXEL), "model": "a" * 20_000})

    assert not condition.holds(hostile)


@given(st.text(max_size=80))
def test_any_text_is_a_filter_or_a_usage_error(text: str) -> None:
    made: Filter | None
    try:
        made = parse(text)
    except UsageError as error:
        made, problem = None, error.problem
    else:
        problem = ""

    assert problem.isprintable()
    if made is None:
        return

    assert is_filter(text)
    assert str(parse(str(made))) == str(made)
    for device in (PIXEL, ODD):
        made.unmet(device)


@given(
    st.builds(
        Device,
        serial=st.text(max_size=20),
        transport=st.just("adb"),
        simulated=st.booleans(),
        model=st.text(max_size=20),
        system=st.text(max_size=20),
        abi=st.text(max_size=20),
        facts=st.dictionaries(st.sampled_from(sorted(FIELDS)), st.text(max_size=20)),
    )
)
def test_whatever_a_phone_says_of_itself_can_be_compared(device: Device) -> None:
    for field in FIELDS:
        parse(f"{field}=[!a]*").unmet(device)
    parse("sdk>=1,release<2").unmet(device)
