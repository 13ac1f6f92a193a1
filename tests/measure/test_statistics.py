from pathlib import Path

import pytest

from sideload.errors import RunnerError
from sideload.measure.lines import parse
from sideload.measure.statistics import check, outputs, percentile, summary
from tests.measure.log import DIGEST, iteration, line, output, whole

LOG = Path("timing.log")
OTHER = "cd" * 32


def test_percentiles_are_nearest_ranks_and_so_values_that_occurred() -> None:
    values = [15, 20, 35, 40, 50]

    assert [percentile(values, p) for p in (5, 30, 40, 50, 90, 99, 100)] == [
        *(15, 20, 20, 35, 50, 50, 50),
    ]


def test_the_percentile_of_one_value_is_that_value() -> None:
    assert [percentile([7], p) for p in (0, 50, 99)] == [7, 7, 7]


def test_the_99th_of_two_hundred_is_the_198th() -> None:
    assert percentile(range(1, 201), 99) == 198


def test_a_summary_has_the_figures_of_the_log() -> None:
    timing = summary(parse(whole(*range(100, 0, -1))), LOG, measured_at="2031-05-04T03:02:01Z")

    latency = timing.latency_ns
    assert (latency.p50, latency.p90, latency.p99, latency.count) == (50, 90, 99, 100)
    assert (timing.load_ns, timing.first_ns, timing.peak_bytes) == (5000, 700, 9000)
    assert (timing.complete, timing.log, timing.measured_at[:4]) == (True, LOG, "2031")


def test_warm_up_is_left_out_of_the_latency() -> None:
    timing = summary(parse(whole(10)), LOG)

    assert (timing.latency_ns.p99, timing.latency_ns.count) == (10, 1)


def test_the_facts_of_a_run_come_from_its_first_and_last_lines() -> None:
    hello = summary(parse(whole(10)), LOG).hello

    assert hello == {
        "runtime": "executorch",
        "threads": 2,
        "sha256": DIGEST,
        "size_bytes": 12,
        "warmups": 1,
        "repeatable": True,
    }


def test_answers_alike_have_one_hash_and_others_another() -> None:
    log = whole(10)
    changed = log.replace(output(0, 0), output(0, 0, sha256=OTHER))

    hashes = [summary(parse(raw), LOG).output_sha256 for raw in (log, whole(99, 98), changed)]

    assert hashes[0] == hashes[1] != hashes[2]


def test_an_incomplete_log_is_marked_and_what_was_foreign_or_torn_is_counted() -> None:
    raw = b"noise\n" + whole(10, 20).replace(b'"ns":20', b'"ns":2')

    timing = summary(parse(raw), LOG)

    assert not timing.complete
    assert (timing.foreign_lines, timing.torn_lines) == (1, 1)
    assert timing.latency_ns.count == 1


def test_rows_of_operators_are_carried() -> None:
    rows = ({"operator": "Conv", "ns": 5},)

    assert summary(parse(whole(10)), LOG, operators=rows).operators == rows


@pytest.mark.parametrize(
    ("kind", "cure"),
    [
        ("model", "export the model again"),
        ("input", "signature"),
        ("output", "make room"),
        ("usage", "sideload clean"),
        ("runtime", "run it again"),
        ("unheard of", "run it again"),
    ],
)
def test_an_error_line_is_raised_in_its_own_words(kind: str, cure: str) -> None:
    raw = whole(10) + line("error", kind=kind, code=18, message="no method forward")

    with pytest.raises(RunnerError, match="the runner failed: no method forward") as caught:
        summary(parse(raw), LOG)

    assert cure in caught.value.remedy


def test_a_log_without_an_error_passes_the_check() -> None:
    check(parse(whole(10)))


@pytest.mark.parametrize("event", ["load", "first", "memory", "iteration"])
def test_a_log_without_a_figure_is_refused(event: str) -> None:
    kept = [raw for raw in whole(10).splitlines(True) if f'"{event}"'.encode() not in raw]

    with pytest.raises(RunnerError, match=f"no line `{event}`"):
        summary(parse(b"".join(kept)), LOG)


def test_a_log_that_only_warmed_up_is_refused() -> None:
    raw = whole() + iteration(5, 1, "warmup")

    with pytest.raises(RunnerError, match="no line `iteration`"):
        summary(parse(raw), LOG)


def test_outputs_come_by_sample_and_index_whatever_their_order() -> None:
    raw = output(1, 0) + output(0, 1, shape=[], dtype="bool") + output(0, 0, name="logits")

    found = outputs(parse(raw))

    assert [(one.sample, one.index) for one in found] == [(0, 0), (0, 1), (1, 0)]
    assert [(one.name, one.dtype, one.shape) for one in found[:2]] == [
        ("logits", "float32", (2, 3)),
        ("", "bool", ()),
    ]


@pytest.mark.parametrize("places", [[(0, 1)], [(1, 0)], [(0, 0), (0, 2)], [(0, 0), (2, 0)]])
def test_an_answer_that_is_missing_before_another_is_noticed(
    places: list[tuple[int, int]],
) -> None:
    raw = b"".join(output(*place) for place in places)

    with pytest.raises(RunnerError, match="is missing"):
        outputs(parse(raw))
