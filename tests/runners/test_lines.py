import hashlib
import json
import zlib
from pathlib import Path

from sideload.measure import statistics
from sideload.values import MeasurementPlan
from tests.runners.arrays import pair
from tests.runners.program import RUN, Program

MIB = 1024 * 1024


def test_a_run_says_everything_once_in_order_and_is_complete(
    program: Program, models: Path, tmp_path: Path
) -> None:
    ran = program.ask(program.model(models, "mlp"), pair(2), pair(1), folder=tmp_path)

    assert ran.log.complete
    assert [event["event"] for event in ran.log.events] == [
        *("hello", "memory", "load", "memory", "first"),
        *("output", "output", "output", "output", "memory"),
        *("iteration", "iteration", "iteration", "memory", "model", "bye"),
    ]
    assert (ran.log.foreign_lines, ran.log.torn_lines) == (0, 0)


def test_every_line_carries_the_checksum_of_what_is_before_it(
    program: Program, models: Path, tmp_path: Path
) -> None:
    ran = program.ask(program.model(models, "mlp"), pair(2), folder=tmp_path)

    for line in ran.stdout.decode().splitlines():
        body, _, rest = line.removeprefix("sideload:1 {").rpartition(',"crc":')
        assert json.loads(rest.removesuffix("}")) == f"{zlib.crc32(body.encode()):08x}"


def test_hello_says_what_runs_where(program: Program, models: Path, tmp_path: Path) -> None:
    ran = program.ask(program.model(models, "mlp"), pair(2), folder=tmp_path)

    (hello,) = ran.log.of("hello")
    assert hello["run"] == RUN
    assert hello["runtime"] == program.runtime
    assert hello["runtime_version"][0].isdigit()
    assert (hello["clock"], hello["system"]) == ("CLOCK_MONOTONIC", "Linux")
    assert hello["cores"] >= 1


def test_the_model_line_has_the_hash_and_size_of_what_was_measured(
    program: Program, models: Path, tmp_path: Path
) -> None:
    path = program.model(models, "mlp")

    ran = program.ask(path, pair(2), folder=tmp_path)

    (model,) = ran.log.of("model")
    assert model["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert model["size_bytes"] == path.stat().st_size


def test_warm_up_lasts_for_both_its_count_and_its_time(
    program: Program, models: Path, tmp_path: Path
) -> None:
    by_count = MeasurementPlan(warmup=7, warmup_ms=0, iterations=3, threads=1)
    by_time = MeasurementPlan(warmup=1, warmup_ms=30, iterations=3, threads=1)
    path = program.model(models, "mlp")

    counted = program.ask(path, pair(1), folder=tmp_path, plan=by_count)
    timed = program.ask(path, pair(1), folder=tmp_path, plan=by_time)

    assert counted.log.of("bye")[0]["warmups"] == 7
    assert timed.log.of("bye")[0]["warmups"] > 7
    phases = [event["phase"] for event in timed.log.of("iteration")]
    assert phases.count("warm") == 3
    # Thousands of lines from a fast model would say nothing more.
    assert 1 <= phases.count("warmup") <= 200


def test_a_load_is_the_sum_of_its_parts(executorch: Program, models: Path, tmp_path: Path) -> None:
    ran = executorch.ask(models / "mlp.pte", pair(2), folder=tmp_path)

    (load,) = ran.log.of("load")
    assert load["ns"] == load["program_ns"] + load["method_ns"]


def test_peak_memory_is_this_process_own_and_only_grows(
    program: Program, models: Path, tmp_path: Path
) -> None:
    ran = program.ask(program.model(models, "mlp"), pair(2), folder=tmp_path)

    peaks = [event["peak_bytes"] for event in ran.log.of("memory")]
    assert peaks == sorted(peaks)
    # A few megabytes of libraries; whoever started it has hundreds.
    assert MIB < peaks[-1] < 64 * MIB


def test_many_samples_do_not_count_as_the_models_memory(
    program: Program, models: Path, tmp_path: Path
) -> None:
    path = program.model(models, "mlp")

    one = program.ask(path, pair(8), folder=tmp_path)
    many = program.ask(path, *[pair(8)] * 40, folder=tmp_path)

    grown = many.log.of("memory")[-1]["peak_bytes"] - one.log.of("memory")[-1]["peak_bytes"]
    assert grown < MIB


def test_the_summary_of_a_real_log_has_every_figure(
    program: Program, models: Path, tmp_path: Path
) -> None:
    plan = MeasurementPlan(warmup=1, warmup_ms=0, iterations=25, threads=1)
    ran = program.ask(program.model(models, "mlp"), pair(2), folder=tmp_path, plan=plan)

    timing = statistics.summary(ran.log, tmp_path / "log")

    assert timing.complete
    assert timing.latency_ns.count == 25
    assert 0 < timing.latency_ns.p50 <= timing.latency_ns.p90 <= timing.latency_ns.p99
    assert min(timing.load_ns, timing.first_ns, timing.peak_bytes) > 0
    assert timing.hello["sha256"] == ran.log.of("model")[0]["sha256"]
