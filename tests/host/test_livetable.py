"""The table of many phones, on a real terminal and where there is none."""

import re
import subprocess
import sys

from tests.host import terminal

TABLE = """
import time
from sideload.host import console
with console.table(("push", "verify")) as table:
    table.expect(2)
    for name in ("alpha", "beta"):
        with console.shown_in(table.row(name)):
            with console.progress("push a model", 1000) as advance:
                advance(250)
                time.sleep(0.3)
            with console.step("verify a model"):
                time.sleep(0.3)
            console.say("waiting for somebody")
    table.end("alpha", "done in 1 s", "green")
    table.end("beta", "failed: the \\x1b[2J phone hung up\\n  try: again", "red")
    time.sleep(0.3)
"""
MANY = """
import time
from sideload.host import console
with console.table(("push",)) as table:
    for number in range(100):
        table.end(f"phone-{number:03}", "done", "green")
    table.row("the last one")
    time.sleep(0.3)
"""


def plain(shown: str) -> str:
    """Without what steers the terminal."""
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown)


def test_a_row_shows_how_far_each_step_is_and_how_it_ended() -> None:
    shown = plain(terminal.shown(TABLE, columns=100))

    assert re.search(r"alpha\s+25 %\s+·\s+push a model", shown)
    assert re.search(r"alpha\s+1/2\s+0/2\s+verify a model", shown)
    assert re.search(r"alpha\s+1/2\s+1/2\s+waiting for somebody", shown)
    assert re.search(r"alpha\s+✓\s+✓\s+done in 1 s", shown)
    assert "1 done, 1 not, 0 going on" in shown


def test_what_failed_is_told_whole_above_the_table_and_steers_nothing() -> None:
    shown = terminal.shown(TABLE, columns=100)

    assert "try: again" in plain(shown)
    assert "\x1b[2J" not in shown
    assert "beta: failed" in plain(shown)


def test_more_rows_than_fit_leave_room_for_those_that_go_on() -> None:
    shown = plain(terminal.shown(MANY, environment={"LINES": "20"}))

    assert "the last one" in shown
    assert "phone-000" in shown
    assert "phone-099" not in shown
    assert "more rows" in shown


def test_where_no_terminal_is_each_line_names_its_row() -> None:
    done = subprocess.run(
        [sys.executable, "-c", TABLE], capture_output=True, text=True, timeout=60, check=True
    )

    assert done.stdout == ""
    assert "alpha: ✓ push a model  1.00 kB in" in done.stderr
    assert "alpha: done in 1 s" in done.stderr
    assert "beta: waiting for somebody" in done.stderr
    assert "\x1b" not in done.stderr


def test_when_quiet_only_what_failed_is_said() -> None:
    code = f"from sideload.host import console\nconsole.configure(quiet=True)\n{TABLE}"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )

    assert "alpha" not in done.stderr
    assert "beta: failed" in done.stderr
