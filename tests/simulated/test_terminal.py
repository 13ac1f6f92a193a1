"""A person who types at the phone's shell."""

import pytest

from sideload.protocols.adb import shell
from sideload.simulated.android.terminal import LineEditor
from tests.simulated.client import Client, Stream


@pytest.mark.parametrize(
    ("keys", "shown", "lines"),
    [
        (b"ls\r", b"ls\r\n", [b"ls\n"]),
        (b"ls\n", b"ls\r\n", [b"ls\n"]),
        (b"one\rtwo\r", b"one\r\ntwo\r\n", [b"one\n", b"two\n"]),
        (b"lx\x7fs\r", b"lx\b \bs\r\n", [b"ls\n"]),
        (b"\x7f\x08", b"", []),
        ("ü電\x7f\r".encode(), "ü電\b \b\r\n".encode(), ["ü\n".encode()]),
        (b"rm -r\x15ls\r", b"rm -r" + b"\b \b" * 5 + b"ls\r\n", [b"ls\n"]),
        (b"a\x1b[Ab\x1b[1;5Cc\x1bOAd\r", b"abcd\r\n", [b"abcd\n"]),
        (b"\x04", b"", [b""]),
        (b"ls\x04\r", b"ls\r\n", [b"ls\n"]),
        (b"\t\x01\r", b"\r\n", [b"\n"]),
    ],
)
def test_keys_become_an_echo_and_lines(keys: bytes, shown: bytes, lines: list[bytes]) -> None:
    editor = LineEditor()

    assert editor.keys(keys, lambda: None) == shown
    assert list(editor.lines) == lines


def test_ctrl_c_interrupts_and_forgets_the_line() -> None:
    editor = LineEditor()
    count = 0

    def interrupted() -> None:
        nonlocal count
        count += 1

    assert editor.keys(b"rm\x03ls\r", interrupted) == b"rm^C\r\nls\r\n"
    assert list(editor.lines) == [b"ls\n"]
    assert count == 1


def test_a_line_has_an_end_even_if_nobody_ends_it() -> None:
    editor = LineEditor()
    editor.keys(b"x" * 10_000 + b"\r", lambda: None)

    assert len(editor.lines[0]) < 5000


def test_a_person_is_prompted_and_sees_what_they_type(client: Client) -> None:
    stream = client.open("shell,v2,TERM=xterm-256color,pty:")
    assert _until(stream, b"simulated:/ $ ") == b"simulated:/ $ "

    stream.write(shell.frame(shell.WINDOW_SIZE, b"24x80,0x0"))
    stream.write(shell.frame(shell.STDIN, b"cd /data/lo"))
    stream.write(shell.frame(shell.STDIN, b"cal/tmp; ls /data/nothing\r"))
    shown = _until(stream, b"simulated:/data/local/tmp $ ")
    assert shown.startswith(b"cd /data/local/tmp; ls /data/nothing\r\n")
    assert b"/data/nothing': No such file or directory\r\n" in shown

    stream.write(shell.frame(shell.STDIN, b"exit 4\r"))
    assert stream.rest().endswith(shell.frame(shell.EXIT, b"\4"))


def test_ctrl_c_ends_the_command_and_not_the_shell(client: Client) -> None:
    stream = client.open("shell,v2,pty:")
    _until(stream, b"$ ")
    stream.write(shell.frame(shell.STDIN, b"echo started; sleep 1000\r"))
    _until(stream, b"\r\nstarted\r\n")
    stream.write(shell.frame(shell.STDIN, b"\x03"))
    _until(stream, b"$ ")
    stream.write(shell.frame(shell.STDIN, b"echo still here\r\x04"))

    _until(stream, b"echo still here\r\n")
    assert b"still here\r\n" in stream.rest()


def test_a_command_may_have_a_terminal_too(client: Client) -> None:
    stream = client.open("shell,v2,pty:read name; echo hello $name >&2; exit 3")
    stream.write(shell.frame(shell.STDIN, b"you\r"))

    assert stream.rest() == b"".join(
        (
            shell.frame(shell.STDOUT, b"you\r\n"),
            shell.frame(shell.STDOUT, b"hello you\r\n"),
            shell.frame(shell.EXIT, b"\3"),
        )
    )


def _until(stream: Stream, end: bytes) -> bytes:
    """What is shown, until it ends with `end`."""
    shown = b""
    while not shown.endswith(end):
        kind, size_bytes = shell.FRAME.unpack(stream.exactly(shell.FRAME.size))
        assert kind == shell.STDOUT
        shown += stream.exactly(size_bytes)
    return shown
