import re
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from sideload.host import _plainlog, console

HOSTILE = "a\x1b[31m[red]b[/red]\u202ec\nd\x07\ud800\t"
HARMLESS = r"a\x1b[31m[red]b[/red]\u202ec"


@pytest.fixture(autouse=True)
def loud() -> Iterator[None]:
    yield
    console.configure(quiet=False)


def seconds_left_out(text: str) -> str:
    return re.sub(r"[0-9]+\.[0-9] s", "N s", text)


def test_a_step_is_one_line_with_its_seconds(capsys: pytest.CaptureFixture[str]) -> None:
    with console.step("export digits"):
        pass

    assert seconds_left_out(capsys.readouterr().err) == "✓ export digits  N s\n"


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_a_step_that_fails_says_so_and_hides_nothing(
    capsys: pytest.CaptureFixture[str], error: type[BaseException]
) -> None:
    with pytest.raises(error), console.step("export digits"):
        raise error

    assert seconds_left_out(capsys.readouterr().err) == "✗ export digits  N s\n"


def test_bytes_are_summed_up_with_their_rate(capsys: pytest.CaptureFixture[str]) -> None:
    with console.progress("push", 1_430_000) as advance:
        advance(1_000_000)
        advance(430_000)

    said = capsys.readouterr().err
    assert re.fullmatch(r"✓ push  1\.43 MB in [0-9.]+ s, [0-9.]+ [kMG]B/s\n", said)


def test_nothing_to_push_is_no_error(capsys: pytest.CaptureFixture[str]) -> None:
    with console.progress("push", 0) as advance:
        advance(0)

    assert "✓ push  0 B" in capsys.readouterr().err


def test_progress_goes_to_stderr_and_results_to_stdout(capsys: pytest.CaptureFixture[str]) -> None:
    console.say("working")
    console.note("by the way")
    console.warn("careful")
    console.fail("it broke\n  try: again")
    console.result('{"a": 1}')

    said = capsys.readouterr()
    assert said.out == '{"a": 1}\n'
    assert said.err == "working\nby the way\nwarning: careful\nit broke\n  try: again\n"


def test_quiet_keeps_progress_back_but_no_trouble(capsys: pytest.CaptureFixture[str]) -> None:
    console.configure(quiet=True)
    console.say("working")
    console.note("by the way")
    with console.step("a"), console.progress("b", 10) as advance:
        advance(10)
    console.warn("careful")
    console.fail("broken")

    assert capsys.readouterr().err == "warning: careful\nbroken\n"


def test_text_of_others_steers_nothing_and_forges_no_line(
    capsys: pytest.CaptureFixture[str],
) -> None:
    console.say(HOSTILE)
    console.result(HOSTILE)
    with console.step(HOSTILE):
        pass

    said = capsys.readouterr()
    assert said.out == f"{HARMLESS}\nd\\x07\\ud800\t\n"
    assert said.err.startswith(f"{HARMLESS}\n  d\\x07\\ud800\t\n✓ {HARMLESS}\\nd\\x07")


def test_what_the_encoding_lacks_is_spelled(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    code = (
        "from sideload.host import console\n"
        "with console.step('größe 12 µs'): pass\n"
        "console.result('✓ 日本 \\U0001f600')"
    )
    environment = {"PYTHONIOENCODING": "ascii", "PATH": "", "PYTHONPATH": "."}
    subprocess.run([sys.executable, "-c", code], env=environment, check=True, timeout=30)

    said = capfdbinary.readouterr()
    assert said.out == rb"ok \u65e5\u672c \U0001f600" + b"\n"
    assert said.err.startswith(rb"ok gr\xf6\xdfe 12 us  ")


def test_a_reader_that_leaves_early_is_no_failure() -> None:
    code = "from sideload.host import console\nfor _ in range(20000): console.result('x' * 100)"
    line = f'"{sys.executable}" -c "$0" | head -n 1; echo "${{PIPESTATUS[0]}}"'
    done = subprocess.run(
        ["bash", "-c", line, code], capture_output=True, text=True, timeout=60, check=True
    )

    assert done.stdout.splitlines()[-1] == "0"
    assert done.stderr == ""


def test_a_result_says_whether_anybody_reads_it(capsys: pytest.CaptureFixture[str]) -> None:
    code = "from sideload.host import console\nwhile console.result('x' * 100): pass"
    done = subprocess.run(
        ["bash", "-c", f'"{sys.executable}" -c "$0" | head -n 1', code],
        capture_output=True,
        timeout=60,
        check=True,
    )

    assert console.result("text")
    assert capsys.readouterr().out == "text\n"
    assert done.stderr == b""


def test_where_no_terminal_is_nothing_is_replaced_in_place(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with console.live() as replace:
        assert replace is None
    assert capsys.readouterr().out == ""


def test_a_result_that_finds_no_room_is_an_error_with_a_cure() -> None:
    code = (
        "from sideload.host import console; from sideload.errors import HostFileError\n"
        "try: console.result('x')\n"
        "except HostFileError as error: console.fail(str(error)); raise SystemExit(2)"
    )
    with open("/dev/full", "wb") as full:  # noqa: PTH123 - a device, not a file
        done = subprocess.run(
            [sys.executable, "-c", code],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )

    assert done.returncode == 2
    assert "cannot write standard output: No space left on device" in done.stderr
    assert "Exception ignored" not in done.stderr


def test_closed_streams_are_no_reason_to_stop() -> None:
    code = "from sideload.host import console\nconsole.say('a'); console.result('b')"
    done = subprocess.run(
        ["bash", "-c", f'"{sys.executable}" -c "$0" >&- 2>&-', code], timeout=30, check=False
    )

    assert done.returncode == 0


def test_importing_it_brings_neither_rich_nor_numpy() -> None:
    code = (
        "import sys; import sideload.host.console\n"
        "print([name for name in ('rich', 'numpy', 'torch', 'pydantic') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "[]\n"


def test_a_long_step_gives_a_sign_of_life_where_no_terminal_is(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with _plainlog.activity("export", None, period_s=0.01):
        time.sleep(0.2)

    assert capsys.readouterr().err == "… export\n"


def test_a_long_push_says_how_far_it_is_where_no_terminal_is(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with _plainlog.activity("push", 1000, period_s=0.01) as advance:
        time.sleep(0.02)
        advance(250)

    said = capsys.readouterr().err
    assert re.fullmatch(r"… push  25 %, 250 B of 1\.00 kB, [0-9.]+ k?B/s\n", said)
