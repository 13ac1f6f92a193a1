from dataclasses import dataclass, replace

import pytest
from rich.cells import cell_len

from sideload.reports import terminal
from sideload.values import Check, Result
from tests.reports.conftest import PHONE, PLUGGED_IN, result

LONG_AGO = "2001-01-01T00:00:00Z"
FIGURES = ("executorch", "pt2e_static", "38.2 kB", "0.999912", "0.012", "12.3 ms", "2.31 ms")
TIMES = ("127 µs", "131 µs", "190 µs", "38.2 MB", "simulated")
EIGHTY = """\
  runtime      precision         size     cosine    max error  accuracy
      load     first    p50     p90     p99     peak     device
────────────────────────────────────────────────────────────────────────────
digits
  executorch   int8 pt2e_static  38.2 kB  0.999912  0.012      97.8 % (98.1)
      12.3 ms  2.31 ms  127 µs  131 µs  190 µs  38.2 MB  simulated
  onnxruntime  int8 qdq_static   38.2 kB  0.999912  0.012      97.8 % (98.1)
      24.7 ms  4.63 ms  255 µs  262 µs  380 µs  38.2 MB  simulated
"""


def widest(text: str) -> int:
    return max(map(cell_len, text.splitlines()))


@pytest.mark.parametrize("width", [60, 80, 100, 120, 160, 200])
def test_every_figure_is_there_at_any_width(results: list[Result], width: int) -> None:
    text = terminal.results(results, width=width)

    assert widest(text) <= width
    assert all(figure in text for figure in (*FIGURES, *TIMES))
    assert all(model in text for model in ("digits", "minilm", "mobilenet_v2"))


def test_at_160_columns_a_row_is_one_line(results: list[Result]) -> None:
    header, _, *rows = terminal.results(results, width=160).splitlines()

    assert header.split() == [
        *("model", "runtime", "precision", "size", "cosine", "max", "error", "accuracy"),
        *("load", "first", "p50", "p90", "p99", "peak", "device"),
    ]
    assert sum(row.endswith("simulated") for row in rows) == len(results)


def test_at_80_columns_a_row_is_two_lines_under_its_model() -> None:
    found = [result(), result(runtime="onnxruntime", scheme="qdq_static", scale=2)]

    text = terminal.results(found, width=80)

    assert text.partition("\n\n")[0] == EIGHTY.rstrip()


def test_at_50_columns_a_row_is_a_list_that_keeps_figures_and_units_together() -> None:
    lines = terminal.results([result()], width=50).splitlines()

    assert lines[0] == "digits executorch int8 pt2e_static"
    assert any("p50 127 µs" in line for line in lines)
    assert widest("\n".join(lines)) <= 50


def test_times_of_a_simulated_phone_are_never_called_a_phones(results: list[Result]) -> None:
    text = terminal.results(results, width=160)

    assert "simulated 127.0.0.1:37123 (Simulated Phone, Android 15, x86_64)" in text
    assert "this host's runtime, not a phone's" in text


def test_a_phone_is_called_by_its_serial_number() -> None:
    text = terminal.results([result(device=PLUGGED_IN)], width=200)

    assert "39111FDJH00ABC" in text
    assert "simulated" not in text
    assert "not a phone's" not in text


def test_figures_of_an_earlier_run_say_when_they_were_measured() -> None:
    old, new = result(measured_at=LONG_AGO), result("minilm", measured_at="2031-05-04T03:02:01Z")

    text = terminal.results([old, new], width=160, started_utc="2031-05-04T03:00:00Z")

    assert f"digits executorch int8 was measured earlier, at {LONG_AGO}." in text
    assert "minilm executorch int8 was measured" not in text


def test_what_was_not_measured_has_no_figures_and_says_so() -> None:
    made = result()
    bare = Result(artifact=made.artifact, deployment=made.deployment, timing=None)

    text = terminal.results([bare], width=160)

    assert "digits executorch int8 was not measured." in text
    assert "0.999912" in text
    assert "ns" not in text.splitlines()[2]


def test_a_log_that_is_not_whole_is_told() -> None:
    made = result()
    assert made.timing is not None
    broken = replace(made.timing, complete=False, torn_lines=2, foreign_lines=3)

    text = terminal.results([replace(made, timing=broken)], width=160)

    assert "the log has no end" in text
    assert "2 torn and 3 foreign lines" in text


def test_a_cosine_that_is_not_1_never_reads_as_1() -> None:
    made = result()
    assert made.deployment.parity is not None
    parity = replace(made.deployment.parity, cosine=0.9999999)

    text = terminal.results(
        [replace(made, deployment=replace(made.deployment, parity=parity))], width=160
    )

    assert "0.999999" in text
    assert "1.000000" not in text


def test_names_from_elsewhere_stay_in_their_cells() -> None:
    hostile = "a\nb\x1b[31m\u202e"
    text = terminal.results([result(hostile), result("日本語モデル")], width=200)

    assert r"a\nb\x1b[31m\u202e" in text
    assert "\x1b" not in text
    rows = [line for line in text.splitlines() if line.endswith("simulated")]
    assert len({cell_len(row[: row.index("executorch")]) for row in rows}) == 1


def test_nothing_deployed_is_said_in_words() -> None:
    assert terminal.results([], width=80) == "nothing was deployed"


def test_artifacts_come_with_where_they_are_and_what_to_know() -> None:
    text = terminal.artifacts([result().artifact], width=100)

    assert "accuracy 97.8 % (98.1)" in text
    assert "digits executorch int8: artifacts/digits.pte" in text
    assert "static quantisation, because it has convolutions" in text
    assert widest(terminal.artifacts([result().artifact], width=60)) <= 60


def test_devices_say_which_are_simulated_and_what_to_do() -> None:
    rows = [(PHONE, "--device 127.0.0.1:37123"), (PLUGGED_IN, "unlock it")]
    text = terminal.devices(rows, width=120)

    assert "simulated" in text
    assert "unlock it" in text
    assert terminal.devices([], width=80) == ""


@dataclass(frozen=True)
class Step:
    stage: str
    item: str
    why: str


def test_a_plan_says_what_would_run_and_why() -> None:
    steps = [Step("export", "digits", ""), Step("deploy", "digits", "the bundle changed")]
    text = terminal.plan(steps, width=100)

    assert "keep: nothing changed" in text
    assert "run: the bundle changed" in text


def test_a_check_that_fails_says_how_to_mend_it() -> None:
    checks = [
        Check(name="Python", found="3.11", ok=True, needed_for="everything"),
        Check(name="adb", found="", ok=False, needed_for="phones", remedy="apt install adb"),
    ]
    text = terminal.checks(checks, width=80)

    assert "✓  Python  3.11" in text
    assert "✗  adb     missing" in text
    assert text.endswith("adb: apt install adb")
