"""What a fuzzer starts from: good bytes for each claim, so that it need not guess every letter."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from sideload.protocols.adb import banner, entries, keys, packets, shell, sync
from sideload.protocols.adb.keys import PublicKey
from tests.fuzz import hostile
from tests.measure import log

# Odd, and as long as a key's; that it is no product of primes is nobody's business here.
_KEY: Final = PublicKey(modulus=(1 << 2047) + 1, exponent=65537)
_WAYS: Final = 4
_STATUS: Final = os.stat_result((0o100644, 7, 8, 1, 0, 0, 1234, 1, 2, 3))


def by_claim() -> dict[str, list[bytes]]:
    """Good bytes for each claim."""
    data = sync.REQUEST.pack(sync.DATA, 4)
    return {
        "a_header_is_what_it_says": [packets.pack_header(packets.WRTE, 1, 2, 3, 4)],
        "a_count_is_what_it_says": [packets.pack_count(-5)],
        "a_banner_can_be_shown_and_is_small": [
            banner.build("device", properties={"ro.product.model": "x"}, features=["a", "b"])
            + b"\0"
        ],
        "words_can_be_shown": ["né 名 \x1b[2J".encode()],
        "a_key_is_what_it_says": [keys.encode(_KEY, "somebody")],
        "what_is_there_is_told_in_numbers": [
            entries.stat_v1(_STATUS),
            entries.stat_v2(sync.STAT_V2, _STATUS),
            entries.entry_v1(b"", _STATUS),
            entries.entry_v2(b"", _STATUS),
            entries.END_OF_LIST_V1,
            entries.END_OF_LIST_V2,
            b"a name",
        ],
        "what_a_server_lists_can_be_shown": [
            b"39111FDJH00ABC  device usb:1-1 product:husky model:Pixel_8 transport_id:2\n",
            b"adb-1 (2)._adb-tls-connect._tcp no permissions (udev); see [url] usb:1-1\n",
        ],
        "a_servers_length_is_a_length": [b"01fF", b"host:devices-l"],
        "answers_come_out_the_same_however_torn": [sync.STORED + sync.fail("no") + sync.STORED],
        "frames_come_out_the_same_however_torn": [
            shell.frame(shell.STDOUT, b"out") + shell.frame(shell.EXIT, b"\7")
        ],
        "content_comes_out_the_same_however_torn": [
            data + b"abcd" + data + b"efgh" + sync.END_OF_FILE,
            data + b"abcd" + sync.fail("read failed"),
        ],
        "lines_are_numbers_or_torn": [log.whole(10, 20), b"noise\n" + log.line("x", a=[1.5, None])],
        "a_hostile_device_is_an_error_in_words": list(_conversations()),
    }


def write(folder: Path, names: Sequence[str]) -> None:
    """Put those of some claims into a folder: a claim's number, two places to tear, the bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    known = by_claim()
    for place, name in enumerate(names):
        for number, seed in enumerate(known.get(name, [])):
            (folder / f"{name}-{number}").write_bytes(bytes([place, 9, 17]) + seed)


def _conversations() -> Iterator[bytes]:
    """What a good phone answers to each thing that is asked, in the old way and the new ones."""
    for way in range(_WAYS):
        credit = packets.pack_count(1 << 20) if way > 1 else b""
        for number, answer in enumerate(_answers(is_new=way > 0)):
            yield bytes([number, way]) + b"".join(
                (
                    # Each lets one more packet through, or has no meaning.
                    *[hostile.turn(packets.OKAY, credit)] * 8,
                    hostile.turn(packets.WRTE, answer),
                    hostile.turn(packets.CLSE),
                )
            )


def _answers(*, is_new: bool) -> tuple[bytes, ...]:
    stat = entries.stat_v2(sync.LSTAT_V2, _STATUS) if is_new else entries.stat_v1(_STATUS)
    entry = entries.entry_v2(b"name", _STATUS) if is_new else entries.entry_v1(b"name", _STATUS)
    end = entries.END_OF_LIST_V2 if is_new else entries.END_OF_LIST_V1
    ended = shell.frame(shell.STDERR, b"err") + shell.frame(shell.EXIT, b"\0")
    return (
        ended,
        sync.STORED + sync.STORED,
        sync.REQUEST.pack(sync.DATA, 4) + b"abcd" + sync.END_OF_FILE,
        stat + stat,
        entry + end,
        ended,
    )
