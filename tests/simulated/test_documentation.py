"""What the page on the simulated phone shows is true."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Final

PAGE: Final = Path(__file__).resolve().parents[2] / "docs" / "simulated-phone.md"


def test_the_python_that_is_shown_runs(tmp_path: Path) -> None:
    start, change = re.findall(
        r"^```python\n(.*?)^```$", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    shown, changed = (
        subprocess.run(
            [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
        )
        for code in (start, change)
    )

    assert re.match(r"adb connect 127\.0\.0\.1:\d+\n", shown.stdout)
    assert changed.stdout == "no-df\nslow=1000000\n\n"
    assert shown.stderr == changed.stderr == ""
    assert (tmp_path / "phone/data/local/tmp").is_dir()


def test_every_program_that_is_named_is_there() -> None:
    bin_folder = PAGE.parents[1] / "sideload/simulated/android/bin"
    named = re.findall(r"`(\w+)`", PAGE.read_text("utf-8").split("## What is on it")[1])

    assert {script.name for script in bin_folder.iterdir()} & set(named) >= {
        *("getprop", "setprop", "logcat", "log", "dumpsys", "pm", "am", "cmd", "wm", "df", "ln"),
    }
