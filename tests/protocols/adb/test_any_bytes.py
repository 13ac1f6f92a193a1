"""What holds for any bytes at all, and for good ones with something wrong in them."""

import tracemalloc
from collections.abc import Callable, Sequence
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as some

from sideload.errors import ProtocolError, SideloadError
from sideload.protocols.adb import entries, packets, server, shell, sync
from sideload.protocols.adb.answers import Answers, Download
from tests.fuzz import hostile, seeds
from tests.fuzz.claims import CLAIMS
from tests.protocols.adb.any import CUTS, QUICK

GOOD: Final = seeds.by_claim()
SIZE: Final = some.integers(0, 0xFFFFFFFF)
COMMANDS: Final = (packets.OKAY, packets.WRTE, packets.CLSE, packets.OPEN, packets.AUTH)
WORDS: Final = (
    *(sync.REQUEST.pack(name, 4) for name in (sync.OKAY, sync.FAIL, sync.DATA, sync.DONE)),
    packets.pack_count(1 << 20),
    packets.pack_count(-1),
    shell.frame(shell.STDOUT, b"out"),
    shell.frame(shell.EXIT, b"\0"),
    entries.END_OF_LIST_V2,
)
TURNS: Final = some.lists(
    some.builds(
        hostile.turn,
        some.sampled_from(COMMANDS),
        some.lists(some.sampled_from(WORDS) | some.binary(max_size=40), max_size=4).map(b"".join),
        arg0=some.integers(0, 255),
        arg1=some.just(hostile.OURS) | some.integers(0, 255),
    ),
    max_size=12,
).map(b"".join)


@pytest.mark.parametrize("name", CLAIMS)
def test_a_claim_holds_for_any_bytes(name: str) -> None:
    @QUICK
    @given(some.binary(max_size=600), CUTS)
    def holds(data: bytes, cuts: Sequence[int]) -> None:
        CLAIMS[name](data, cuts)

    holds()


@pytest.mark.parametrize("name", CLAIMS)
def test_a_claim_holds_for_good_bytes_with_something_wrong_in_them(name: str) -> None:
    @QUICK
    @given(some.sampled_from(GOOD[name]), SIZE, some.binary(max_size=9), SIZE, CUTS)
    def holds(good: bytes, at: int, wrong: bytes, kept: int, cuts: Sequence[int]) -> None:
        at %= len(good) + 1
        data = good[:at] + wrong + good[at + kept % (len(wrong) + 2) :]
        CLAIMS[name](data, cuts)

    holds()


@pytest.mark.parametrize("act", hostile.ACTS)
def test_our_engine_fails_in_words_whatever_a_device_says(act: str) -> None:
    number = list(hostile.ACTS).index(act)

    @QUICK
    @given(some.integers(0, 7), TURNS, CUTS)
    def holds(way: int, said: bytes, cuts: Sequence[int]) -> None:
        try:
            hostile.converse(bytes([number, way]) + said, cuts)
        except SideloadError as error:
            assert error.remedy  # noqa: PT017 - both ends are fine

    holds()


@pytest.mark.parametrize("conversation", GOOD["a_hostile_device_is_an_error_in_words"])
def test_a_conversation_that_the_fuzzer_starts_from_is_a_good_one(conversation: bytes) -> None:
    asked, way = conversation[:2]
    if way == 0 and list(hostile.ACTS)[asked] in {"run", "append"}:
        pytest.skip("the older shell's last word cannot be known beforehand")

    hostile.converse(conversation, [])


@pytest.mark.parametrize(
    "line", [b"a" + b" " * 65_000 + b"b", b"x no permissions " + b"(" * 65_000]
)
def test_a_long_line_of_a_server_takes_no_longer_than_a_short_one(line: bytes) -> None:
    assert [one.serial for one in server.listed(line + b"\nphone device\n")][-1] == "phone"


@pytest.mark.parametrize(
    "start",
    [
        lambda: Answers().feed,
        lambda: Download().feed,
        lambda: lambda data: list(shell.FrameReader().feed(data)),
    ],
    ids=["answers", "content", "frames"],
)
@pytest.mark.parametrize("name", [sync.FAIL, sync.DATA, b"\1\0\0\0", b"\1\xff\xff\xff"])
def test_a_size_that_lies_costs_no_memory(
    start: Callable[[], Callable[[bytes], object]], name: bytes
) -> None:
    lie = sync.REQUEST.pack(name, 0xFFFFFFF0)
    tracemalloc.start()
    try:
        with pytest.raises(ProtocolError):
            start()(lie)
        _, most_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert most_bytes < 1 << 20
