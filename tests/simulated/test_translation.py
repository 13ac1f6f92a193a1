"""Which words of a command are paths of the phone."""

import pytest

from sideload.simulated.android import translation

LINK = "/L"


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("cat /data/f", "cat /L/data/f"),
        ("/data/local/tmp/run --model m.pte", "/L/data/local/tmp/run --model m.pte"),
        ("cd /data/local/tmp/x && ./run", "cd /L/data/local/tmp/x && ./run"),
        ("LD_LIBRARY_PATH=/data/a:/data/b ./run", "LD_LIBRARY_PATH=/L/data/a:/L/data/b ./run"),
        ("A='/data/a b' B=\"/data/c\"", "A='/L/data/a b' B=\"/L/data/c\""),
        ("cat '/data/it'\"'\"'s'", "cat '/L/data/it'\"'\"'s'"),
        ("cat /data/with\\ space", "cat /L/data/with\\ space"),
        ("cat </data/in >/data/out 2>>/data/err", "cat </L/data/in >/L/data/out 2>>/L/data/err"),
        ("dd if=/data/a of=/data/b", "dd if=/L/data/a of=/L/data/b"),
        ("run --model=/data/m -L/data/lib", "run --model=/L/data/m -L/L/data/lib"),
        ("ls $(cat /data/list) `cat /data/list`", "ls $(cat /L/data/list) `cat /L/data/list`"),
        ('echo "$(cat "/data/list")"', 'echo "$(cat "/L/data/list")"'),
        ("(cd /data;ls /sdcard)&&ls /storage", "(cd /L/data;ls /L/sdcard)&&ls /L/storage"),
        ("cat <<E >/data/f\n/data/inside\nE", "cat <<E >/L/data/f\n/L/data/inside\nE"),
        ("cat /data", "cat /L/data"),
        ("cat /data/ü/電", "cat /L/data/ü/電"),
        ("cat /sys/class/thermal/z/temp", "cat /L/sys/class/thermal/z/temp"),
        ("''/data/a ''", "''/L/data/a ''"),
        ("cat\t/data\n/system/bin/ls", "cat\t/L/data\n/L/system/bin/ls"),
    ],
)
def test_a_path_of_the_phone_is_moved(command: str, expected: str) -> None:
    assert translation.to_host(command.encode(), LINK) == expected.encode()


@pytest.mark.parametrize(
    "command",
    [
        "cat data/f ./data/f ../data/f ~/data/f",
        'cat $x/data ${x}/data "$x"/data "${x}"/data $(pwd)/data',
        "cat /datastore /data-old /data.bak /systemd /sdcards",
        "cat /home/data/f ü/data é'/data'",
        "cat '/x/it'\"'\"'/data'",
        "curl http://data/f https://host/data/f",
        "sed s/data/x/ file",
        "cat /dev/null /tmp/f /etc/hosts /sys/devices/system/cpu/online",
        "ls */data [ab]/data ?/data",
    ],
)
def test_what_only_looks_like_one_is_left_alone(command: str) -> None:
    assert translation.to_host(command.encode(), LINK) == command.encode()


def test_words_that_are_no_text_survive() -> None:
    assert translation.to_host(b"cat /data/\xff\xfe", LINK) == b"cat /L/data/\xff\xfe"


def test_the_root_disappears_from_output_wherever_packets_tear_it() -> None:
    text = b"in /run/L/data/x and /root dir/data/y, not in /run/Lx or /run/L-1: /run/L /run/L/"
    expected = b"in /data/x and /data/y, not in /run/Lx or /run/L-1: / /"
    for size in range(1, len(text) + 1):
        change = translation.to_phone("/run/L", "/root dir")
        pieces = [text[at : at + size] for at in range(0, len(text), size)]

        told = b"".join(change(piece, False) for piece in pieces) + change(b"", True)
        assert told == expected


def test_only_what_may_be_the_root_is_held_back() -> None:
    change = translation.to_phone("/run/L")

    assert change(b"prompt> ", False) == b"prompt> "
    assert change(b"a/", False) == b"a"
    assert change(b"b", False) == b"/b"


def test_commands_in_a_stream_are_moved_line_by_line() -> None:
    change = translation.lines_to_host(LINK)

    assert change(b"ls /da", False) == b""
    assert change(b"ta\nls /da", False) == b"ls /L/data\n"
    assert change(b"ta/x", False) == b""
    assert change(b"", True) == b"ls /L/data/x"


def test_a_line_that_never_ends_is_not_collected_for_ever() -> None:
    change = translation.lines_to_host(LINK)
    passed = sum(len(change(bytes(1 << 18), False)) for _ in range(8))

    assert passed > 1 << 20
