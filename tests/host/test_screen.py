import re

import pytest

from tests.host.terminal import shown

HOSTILE = "a\x1b[31m[red]b[/red]\u202ec\nd\x07\ud800\t"


def test_a_terminal_shows_a_spinner_then_the_same_line() -> None:
    text = shown(
        "import time; from sideload.host import console\n"
        "with console.step('export digits'): time.sleep(0.4); console.say('half way')\n"
    )

    assert "\x1b[?25l" in text
    assert "half way\r\n" in text
    assert re.search(r"✓ export digits  0\.[4-9] s", text)
    assert text.rstrip().endswith("\x1b[0m")


def test_a_terminal_shows_a_bar_with_bytes_and_rate_inside_a_step() -> None:
    text = shown(
        "import time; from sideload.host import console\n"
        "with console.step('deploy'), console.progress('push', 100_000_000) as advance:\n"
        "    for _ in range(10): advance(10_000_000); time.sleep(0.05)\n",
        columns=120,
    )

    assert "━" in text
    assert re.search(r"of 100 MB  [0-9.]+ MB/s", text)
    assert "✓ push" in text


def test_many_threads_may_show_progress_at_once() -> None:
    text = shown(
        "from concurrent.futures import ThreadPoolExecutor; from sideload.host import console\n"
        "def push(name):\n"
        "    with console.progress(name, 1000) as advance:\n"
        "        for _ in range(100): advance(10)\n"
        "names = [f'push {n}.' for n in range(40)]\n"
        "with ThreadPoolExecutor(8) as pool: list(pool.map(push, names))\n"
    )

    assert all(f"✓ push {number}." in text for number in range(40))


@pytest.mark.parametrize("columns", [20, 40])
def test_a_narrow_terminal_breaks_nothing(columns: int) -> None:
    text = shown(
        "import time; from sideload.host import console\n"
        "with console.step('a very long label ' * 20): time.sleep(0.2)\n",
        columns=columns,
    )

    assert "✓ a very long" in text


def test_a_terminal_takes_no_orders_from_text() -> None:
    text = shown(
        "import time; from sideload.host import console\n"
        f"hostile = {HOSTILE!r}\n"
        "with console.step(hostile): time.sleep(0.2); console.say(hostile)\n",
        columns=200,
    )

    assert "\x1b[31m[red]" not in text
    assert "\x07" not in text
    assert "\u202e" not in text
    assert r"\x1b[31m[red]b[/red]" in text


def test_a_dumb_terminal_gets_plain_lines() -> None:
    text = shown(
        "from sideload.host import console\nwith console.step('a'): pass\n",
        environment={"TERM": "dumb"},
    )

    assert "\x1b" not in text
    assert re.fullmatch(r"✓ a  [0-9.]+ s\r\n", text)
