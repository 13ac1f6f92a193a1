"""Digits go from training data to measured times on a simulated phone; nothing is faked."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from sideload.measure import lines
from tests.road.conftest import DIGITS
from tests.road.project import Ended, Project

Travelled = tuple[Project, Ended]
FOUR = [
    ("executorch", "float32"),
    ("executorch", "int8"),
    ("onnxruntime", "float32"),
    ("onnxruntime", "int8"),
]


def test_both_runtimes_and_precisions_arrive(travelled: Travelled) -> None:
    _, ended = travelled

    assert ended.exit_code == 0, ended.stderr
    deployments = ended.document["deployments"]
    assert [(d["runtime"], d["precision"]) for d in deployments] == FOUR


def test_each_deployment_carries_what_was_measured(travelled: Travelled) -> None:
    for deployment in travelled[1].document["deployments"]:
        latency = deployment["latency_ns"]

        assert 0 < latency["p50"] <= latency["p90"] <= latency["p99"]
        assert latency["count"] == 50
        assert deployment["load_ns"] > 0
        assert deployment["first_ns"] > 0
        assert deployment["peak_bytes"] > 1_000_000


def test_the_first_push_sends_and_later_ones_share_the_runner(travelled: Travelled) -> None:
    float32, int8, *_ = travelled[1].document["deployments"]

    assert float32["pushed_bytes"] > 10_000_000
    assert int8["pushed_bytes"] < 200_000
    assert int8["reused_bytes"] > 10_000_000


def test_the_device_answers_like_pytorch(travelled: Travelled) -> None:
    least = {"float32": 0.99999, "int8": 0.99}

    for deployment in travelled[1].document["deployments"]:
        assert deployment["parity"]["cosine"] >= least[deployment["precision"]]


def test_int8_loses_no_more_than_a_point_of_accuracy(travelled: Travelled) -> None:
    for deployment in travelled[1].document["deployments"]:
        metric = deployment["artifact"]["parity"]["metric"]

        assert metric["reference"] > 0.95
        assert metric["reference"] - metric["value"] <= 0.01


def test_the_raw_log_says_that_the_phone_is_simulated(travelled: Travelled) -> None:
    for deployment in travelled[1].document["deployments"]:
        raw = Path(deployment["log"]).read_bytes()

        assert b'"simulated": true' in raw.splitlines()[0]
        assert deployment["device"]["simulated"] is True
        assert deployment["times_from"] == "this host's runtime, not a phone's"


def test_the_raw_log_holds_the_lines_that_the_summary_is_made_from(travelled: Travelled) -> None:
    for deployment in travelled[1].document["deployments"]:
        _, _, raw = Path(deployment["log"]).read_bytes().partition(b"\n")
        log = lines.parse(raw)

        warm = [event["ns"] for event in log.of("iteration") if event["phase"] == "warm"]
        assert log.complete
        assert len(warm) == 50
        assert deployment["latency_ns"]["p50"] in warm


def test_the_operators_are_listed_with_their_backend(travelled: Travelled) -> None:
    for deployment in travelled[1].document["deployments"]:
        operators = [row["operator"] for row in deployment["operators"]]

        assert any("Conv" in name for name in operators)
        assert sum(row["share"] for row in deployment["operators"]) == pytest.approx(1, abs=0.01)


def test_the_generated_binding_gives_the_answers_of_the_device(travelled: Travelled) -> None:
    project, ended = travelled
    for deployment in ended.document["deployments"]:
        name = f"{deployment['runtime']}-{deployment['precision']}"
        folder = project.home / "artifacts/digits/android/3-bind" / name / "python"
        script = (
            "import sys, numpy as np, digits\n"
            "samples = np.load(sys.argv[2])\n"
            "with digits.Digits(sys.argv[1]) as model:\n"
            "    np.save(sys.argv[3], model.predict(samples['0.input.0']).logits)\n"
        )
        artifact = Path(deployment["artifact"]["path"])
        got = project.home / "answer.npy"
        subprocess.run(
            [sys.executable, "-c", script, artifact, artifact.parent / "samples.npz", got],
            cwd=folder,
            check=True,
            timeout=120,
        )

        device = np.load(deployment["outputs"])
        np.testing.assert_allclose(np.load(got), device["logits.0"], atol=1e-5)


def test_a_second_run_does_nothing_and_says_the_same(travelled: Travelled) -> None:
    project, before = travelled
    log = project.home / "artifacts/worker.log"
    stamp = log.stat().st_mtime_ns

    after = project.sideload(*DIGITS, "--json")

    assert log.stat().st_mtime_ns == stamp
    pairs = zip(before.document["deployments"], after.document["deployments"], strict=True)
    for old, new in pairs:
        assert new["pushed_bytes"] == 0
        assert new["latency_ns"] == old["latency_ns"]
        assert new["measured_at"] == old["measured_at"]


def test_a_dry_run_of_the_same_would_keep_everything(travelled: Travelled) -> None:
    ended = travelled[0].sideload(*DIGITS, "--dry-run", "--json")

    steps = ended.document["plan"]
    assert {step["stage"] for step in steps} == {
        "export",
        "quantize",
        "bind",
        "bundle",
        "deploy",
        "profile",
    }
    assert all(not step["why"] for step in steps)


def test_profile_measures_anew(travelled: Travelled) -> None:
    project, before = travelled
    words = ("--runtime", "onnxruntime", "--precision", "float32", "--json")

    after = project.sideload("profile", *DIGITS[1:], *words)

    (new,) = after.document["deployments"]
    old = before.document["deployments"][2]
    assert new["measured_at"] > old["measured_at"]
    assert new["latency_ns"]["count"] == 50


def test_the_table_ends_the_command_and_fits_a_narrow_terminal(travelled: Travelled) -> None:
    ended = travelled[0].sideload(*DIGITS, env={"COLUMNS": "80"})

    assert ended.exit_code == 0
    assert max(len(line) for line in ended.stdout.splitlines()) <= 80
    for word in ("digits", "executorch", "onnxruntime", "int8", "simulated", "p99", "peak"):
        assert word in ended.stdout


@pytest.mark.parametrize("form", ["table", "markdown", "junit", "html"])
def test_the_report_shows_what_is_kept(travelled: Travelled, form: str) -> None:
    project, _ = travelled

    ended = project.sideload("report", "--format", form, "--output", f"report.{form}")

    text = (project.home / f"report.{form}").read_text()
    assert ended.exit_code == 0
    assert "digits" in text
    assert "simulated" in text
