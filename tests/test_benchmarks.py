"""The benchmark harness: what a row says, and that one failure costs only itself."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tests.benchmarks.__main__ import main, save, table
from tests.benchmarks.harness import Better, Figure, discover, figure, row, run


def _figure(
    values: Sequence[float] | Exception, *, better: Better = "lower", reach: float = 2.0
) -> Figure:
    @figure(name="time to answer", unit="s", reach=reach, better=better)
    def measure() -> Sequence[float]:
        if isinstance(values, Exception):
            raise values
        return values

    return measure


def test_a_figure_is_the_median_of_its_runs() -> None:
    shown = run(_figure([1.0, 9.0, 1.5]))

    assert shown == {
        "name": "time to answer",
        "value": 1.5,
        "unit": "s",
        "reach": 2.0,
        "holds": True,
        "runs": 3,
        "spread": 8.0,
    }


@pytest.mark.parametrize(
    ("better", "value", "holds"),
    [
        ("lower", 2.0, True),
        ("lower", 2.1, False),
        ("higher", 2.0, True),
        ("higher", 1.9, False),
        ("higher", float("nan"), False),
        ("lower", float("nan"), False),
    ],
)
def test_a_figure_holds_on_the_right_side_of_its_reach(
    better: Better, value: float, holds: bool
) -> None:
    assert row(_figure([], better=better), [value])["holds"] is holds


def test_a_benchmark_that_raises_is_a_row_that_does_not_hold() -> None:
    shown = run(_figure(RuntimeError("no phone")))

    assert (shown["value"], shown["holds"], shown["error"]) == (
        None,
        False,
        "RuntimeError: no phone",
    )


def test_a_benchmark_without_a_run_is_a_failure_and_not_a_zero() -> None:
    shown = run(_figure([]))

    assert (shown["value"], shown["holds"]) == (None, False)


@pytest.mark.parametrize("pattern", ["", "answer", "time*", "test_benchmarks", "test_*"])
def test_a_pattern_means_a_part_or_a_glob_of_the_name_or_the_topic(pattern: str) -> None:
    assert _figure([]).matches(pattern)


def test_the_table_shows_each_figure_beside_its_reach_and_each_failure_with_its_reason() -> None:
    figures = [_figure([1.5]), _figure(OSError("disk full"))]

    shown = table(figures, [run(one) for one in figures])

    assert "1.5 s     ≤ 2 s" in shown
    assert "holds" in shown
    assert "time to answer: OSError: disk full" in shown


def test_no_two_figures_share_a_name() -> None:
    names = [one.name for one in discover()]

    assert len(names) == len(set(names))


def test_a_pattern_that_means_nothing_lists_what_there_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = tmp_path / "bench.json"

    assert main(["no such figure"], report) == 2
    assert not report.exists()
    assert discover()[0].name in capsys.readouterr().err


@pytest.fixture
def earlier(tmp_path: Path) -> Callable[[str], Path]:
    def write(text: str) -> Path:
        report = tmp_path / "bench.json"
        report.write_text(text)
        return report

    return write


def test_measuring_one_figure_keeps_what_is_known_of_others_that_still_exist(
    earlier: Callable[[str], Path],
) -> None:
    report = earlier('[{"name": "size", "value": 1}, {"name": "forgotten", "value": 2}]')

    save(report, [run(_figure([1.5]))], known={"size", "time to answer"})

    assert [one["name"] for one in json.loads(report.read_text())] == ["size", "time to answer"]


def test_a_report_that_is_not_json_is_written_anew(
    earlier: Callable[[str], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    report = earlier("half a rep")

    save(report, [run(_figure([1.5]))], known={"time to answer"})

    assert json.loads(report.read_text())[0]["value"] == 1.5
    assert "not JSON" in capsys.readouterr().err
