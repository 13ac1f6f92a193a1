"""What holds for any bytes, whoever sent them, and however packets tear them.

A claim takes bytes, and places at which they are torn, and raises where something does not hold.
`ProtocolError` is the one error that a codec may answer bytes with.
"""

import contextlib
import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeAlias

from sideload.errors import ProtocolError
from sideload.measure import lines
from sideload.protocols.adb import banner, entries, keys, packets, server, shell, states, text
from sideload.protocols.adb.answers import Answers, Download

Claim: TypeAlias = Callable[[bytes, Sequence[int]], None]
# One reader of a stream: pieces go in, what was read comes out, and whether it was the end.
Reader: TypeAlias = Callable[[bytes], Sequence[object]]

_MOST_BANNER: Final = 64 << 10


def a_header_is_what_it_says(data: bytes, cuts: Sequence[int]) -> None:
    """What is read as a header is written again as it was."""
    del cuts
    with contextlib.suppress(ProtocolError):
        header = packets.parse_header(data[: packets.HEADER_SIZE])
        assert packets.pack_header(*header[:5]) == data[: packets.HEADER_SIZE]


def a_count_is_what_it_says(data: bytes, cuts: Sequence[int]) -> None:
    """So is an acknowledged count."""
    del cuts
    with contextlib.suppress(ProtocolError):
        assert packets.pack_count(packets.parse_count(data)) == data


def a_banner_can_be_shown_and_is_small(data: bytes, cuts: Sequence[int]) -> None:
    """Any bytes are a banner, of bounded size, and nothing of it steers a terminal."""
    del cuts
    read = banner.parse(data)
    words = [read.kind, *read.properties, *read.properties.values(), *read.features]
    assert all(word.isprintable() for word in words)
    assert sum(map(len, words)) <= _MOST_BANNER


def words_can_be_shown(data: bytes, cuts: Sequence[int]) -> None:
    """Nothing that came over the wire steers a terminal, and showing it twice changes nothing."""
    del cuts
    shown = text.printable(data)
    assert shown.isprintable()
    assert text.printable(shown.encode()) == shown
    assert len(shown) <= len(data)


def a_key_is_what_it_says(data: bytes, cuts: Sequence[int]) -> None:
    """A key is read again from what it is written as, and does not take itself for a signature."""
    del cuts
    with contextlib.suppress(ProtocolError):
        key = keys.parse(data)
        assert keys.parse(keys.encode(key)) == key
        assert not keys.verifies(key, bytes(keys.TOKEN_SIZE), bytes(keys.MODULUS_SIZE))


def what_is_there_is_told_in_numbers(data: bytes, cuts: Sequence[int]) -> None:
    """No size is negative, no name is a path, and no name is longer than any file system takes."""
    del cuts
    for parse in (entries.parse_stat_v1, lambda bytes_: entries.parse_stat_v2(bytes_)[0]):
        with contextlib.suppress(ProtocolError):
            status = parse(data)
            assert status is None or min(status.mode, status.size_bytes, status.inode) >= 0
    with contextlib.suppress(ProtocolError):
        entry = entries.parse_entry(data)
        assert entry is None or 0 <= entry[1] < 1 << 11
    with contextlib.suppress(ProtocolError):
        name = entries.parse_name(data)
        assert name
        assert not set(name) & {"/", "\0"}


def what_a_server_lists_can_be_shown(data: bytes, cuts: Sequence[int]) -> None:
    """Every device in a list has a name and a state; none of them steers a terminal."""
    del cuts
    for one in server.listed(data):
        assert one.serial
        assert one.state
        words = (one.serial, one.state, one.reason, *one.facts, *one.facts.values())
        assert all(word.isprintable() for word in words)
        assert states.advice(one.state, one.serial)


def a_servers_length_is_a_length(data: bytes, cuts: Sequence[int]) -> None:
    """Four digits, and a question is as long as it says."""
    del cuts
    with contextlib.suppress(ProtocolError):
        assert 0 <= server.length(data) <= 0xFFFF
        assert len(data) == server.WORD
    with contextlib.suppress(ProtocolError):
        asked = server.question(data.decode("utf-8", "surrogateescape"))
        assert server.length(asked[: server.WORD]) == len(data)
        assert asked[server.WORD :] == data


def answers_come_out_the_same_however_torn(data: bytes, cuts: Sequence[int]) -> None:
    """Of files that were sent."""
    _same_however_torn(lambda: Answers().feed, data, cuts)


def frames_come_out_the_same_however_torn(data: bytes, cuts: Sequence[int]) -> None:
    """Of a command's output."""

    def start() -> Reader:
        reader = shell.FrameReader()
        return lambda piece: list(reader.feed(piece))

    _same_however_torn(start, data, cuts)


def content_comes_out_the_same_however_torn(data: bytes, cuts: Sequence[int]) -> None:
    """Of a file that was asked for; nothing more comes after its end."""

    def start() -> Reader:
        download = Download()

        def feed(piece: bytes) -> Sequence[object]:
            was_done = download.is_done
            parts = download.feed(piece)
            assert not (was_done and parts)
            assert download.refusal is None or download.is_done
            # One byte each, because where parts end depends on how they were torn.
            return [*itertools.chain.from_iterable(parts)]

        return feed

    _same_however_torn(start, data, cuts)


def lines_are_numbers_or_torn(data: bytes, cuts: Sequence[int]) -> None:
    """Whatever a runner prints is a log, and reading half of it finds no other events."""
    log = lines.parse(data)
    assert min(log.foreign_lines, log.torn_lines) >= 0
    assert all(isinstance(event["event"], str) for event in log.events)
    assert len({event["run"] for event in log.events}) <= 1
    for cut in cuts:
        # At a line's end, as a log that is still growing is read.
        half = data[: data.rfind(b"\n", 0, cut) + 1]
        some = lines.parse(half).events
        if any("crc" in event for event in log.events):
            # Only a later line may show that the run has checksums.
            some = tuple(event for event in some if "crc" in event)
        assert some == log.events[: len(some)]


def _same_however_torn(start: Callable[[], Reader], data: bytes, cuts: Sequence[int]) -> None:
    whole, torn = _read(start(), [data]), _read(start(), pieces(data, cuts))
    # What an error ends is of no interest; that it is one does not depend on how it was torn.
    assert (whole is None) == (torn is None)
    assert whole is None or torn is None or whole == torn


def _read(feed: Reader, parts: Sequence[bytes]) -> list[object] | None:
    try:
        return [one for part in parts for one in feed(part)]
    except ProtocolError:
        return None


def pieces(data: bytes, cuts: Sequence[int]) -> list[bytes]:
    """The same bytes, torn at each of the places."""
    edges = [0, *sorted(min(cut, len(data)) for cut in cuts), len(data)]
    return [data[start:end] for start, end in itertools.pairwise(edges)]


CLAIMS: Final[Mapping[str, Claim]] = {
    claim.__name__: claim
    for claim in (
        a_header_is_what_it_says,
        a_count_is_what_it_says,
        a_banner_can_be_shown_and_is_small,
        words_can_be_shown,
        a_key_is_what_it_says,
        what_is_there_is_told_in_numbers,
        what_a_server_lists_can_be_shown,
        a_servers_length_is_a_length,
        answers_come_out_the_same_however_torn,
        frames_come_out_the_same_however_torn,
        content_comes_out_the_same_however_torn,
        lines_are_numbers_or_torn,
    )
}
