"""Phones that misbehave, runs that collide, and people who change their minds half-way."""

import json
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from sideload import simulated
from sideload.simulated import RunningPhone
from tests.road.project import Project

MODEL = ("--model", "own.py:blend", "--runtime", "onnxruntime", "--precision", "float32")


@contextmanager
def phone(root: Path, *faults: str) -> Iterator[RunningPhone]:
    with simulated.get("android").start(root, faults=faults) as running:
        yield running


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ("refuse", "RefusedError"),
        ("drop-after=2000000", "DeviceGoneError"),
        ("full-after=2000000", "DeviceFullError"),
        ("read-only", "DeviceCommandError"),
        ("wrong-hash", "HashMismatchError"),
        ("kill-runner=4", "RunnerError"),
    ],
)
def test_each_misbehaviour_has_an_error_of_its_own(
    lowered: Project, tmp_path: Path, fault: str, kind: str
) -> None:
    with phone(tmp_path / "phone", fault) as running:
        ended = lowered.sideload("deploy", *MODEL, "--device", running.address, "--json")

    assert ended.error["type"] == kind
    assert ended.exit_code == 3


def test_garbage_between_the_lines_changes_no_number(lowered: Project, tmp_path: Path) -> None:
    with phone(tmp_path / "phone", "garbage-output") as running:
        ended = lowered.sideload("deploy", *MODEL, "--device", running.address, "--json")

    assert ended.exit_code == 0, ended.stderr
    (deployment,) = ended.document["deployments"]
    assert deployment["latency_ns"]["count"] == 50
    assert deployment["foreign_lines"] + deployment["torn_lines"] > 0


def test_a_push_that_was_cut_off_goes_on_where_it_stopped(lowered: Project, tmp_path: Path) -> None:
    root = tmp_path / "phone"
    with phone(root, "drop-after=9000000") as running:
        cut = lowered.sideload("deploy", *MODEL, "--device", running.address, "--json")
    with phone(root) as running:
        ended = lowered.sideload("deploy", *MODEL, "--device", running.address, "--json")

    assert cut.exit_code == 3
    (deployment,) = ended.document["deployments"]
    total_bytes = deployment["pushed_bytes"] + deployment["reused_bytes"]
    assert deployment["reused_bytes"] > 5_000_000
    assert deployment["pushed_bytes"] < total_bytes - 5_000_000


def test_an_interrupt_ends_with_130_and_the_next_run_goes_on(project: Project) -> None:
    words = ("deploy", *MODEL, "--device", "simulated")

    stopped = project.interrupted(*words, at="capturing")
    left = [path for path in (project.home / "artifacts").rglob("*") if path.suffix == ".onnx"]
    ended = project.sideload(*words, "--json")

    assert stopped.exit_code == 130
    assert "goes on from here" in stopped.stderr
    assert not left
    assert ended.exit_code == 0, ended.stderr


def test_a_pipeline_that_gives_up_gets_the_same_as_one_line_of_json(project: Project) -> None:
    process = project.start("export", *MODEL, "--json")
    assert process.stderr is not None
    for line in process.stderr:
        if "capturing" in line:
            break
    process.terminate()
    stdout, _ = process.communicate(timeout=60)

    error = json.loads(stdout)["error"]
    assert process.returncode == error["exit_code"] == 130
    assert not list((project.home / "artifacts").rglob(".sideload-*"))


def test_a_run_that_is_killed_leaves_nothing_that_is_believed(project: Project) -> None:
    process = project.start("export", *MODEL)
    assert process.stderr is not None
    for line in process.stderr:
        if "lowering" in line:
            break
    process.kill()
    process.communicate()

    ended = project.sideload("export", *MODEL, "--json")

    assert process.returncode == -signal.SIGKILL
    assert ended.exit_code == 0, ended.stderr
    assert len(ended.document["artifacts"]) == 1


def test_two_runs_at_once_share_one_phone_and_one_export(project: Project) -> None:
    words = ("deploy", *MODEL, "--device", "simulated", "--json")

    both = [project.start(*words) for _ in range(2)]
    said = [process.communicate(timeout=300) for process in both]

    assert [process.returncode for process in both] == [0, 0], said
    assert any("waiting for" in stderr for _, stderr in said)
    assert sum("✓ export" in stderr for _, stderr in said) == 1


def test_given_inputs_come_back_as_the_devices_answers(project: Project) -> None:
    left, right = np.full((1, 4), 2, np.float32), np.full((1, 4), 5, np.float32)
    np.savez(project.home / "one.npz", left=left, right=right)
    np.savez(project.home / "two.npz", left=right, right=left)

    ended = project.sideload(
        "deploy", *MODEL, "--device", "simulated", "--inputs", "one.npz", "--inputs", "two.npz",
        "--json",
    )  # fmt: skip

    assert ended.exit_code == 0, ended.stderr
    outputs = np.load(ended.document["deployments"][0]["outputs"])
    np.testing.assert_array_equal(outputs["difference.0"], left - right)
    np.testing.assert_array_equal(outputs["difference.1"], right - left)
    np.testing.assert_array_equal(outputs["difference"], [*(left - right), *(right - left)])


def test_a_model_that_disagrees_is_refused_with_its_limit(project: Project) -> None:
    project.file(
        "strict.yaml",
        "platform: linux\nruntimes: [onnxruntime]\nprecisions: [int8]\n"
        "limits:\n  int8: {cosine: 1.0, sqnr_db: 200.0, metric_loss: 0.0}\n",
    )

    ended = project.sideload(
        "quantize", "--target", "strict.yaml", "--model", "own.py:blend", "--json"
    )

    assert (ended.exit_code, ended.error["type"]) == (1, "ParityError")
    assert "scores" in ended.error["message"]
    assert "limit 200 dB" in ended.error["message"]


def test_the_same_road_runs_on_this_machine_itself(lowered: Project, tmp_path: Path) -> None:
    text = "platform: linux\nruntimes: [onnxruntime]\nprecisions: [float32]\n"
    lowered.file("here.yaml", f"{text}device_root: {tmp_path}/store\n")

    ended = lowered.sideload("deploy", "--target", "here.yaml", "--model", "own.py:blend", "--json")

    assert ended.exit_code == 0, ended.stderr
    (deployment,) = ended.document["deployments"]
    assert deployment["device"]["simulated"] is False
    assert deployment["latency_ns"]["count"] > 0


def test_clean_on_a_device_frees_what_nothing_names(lowered: Project, tmp_path: Path) -> None:
    root = tmp_path / "phone"
    with phone(root) as running:
        lowered.sideload("deploy", *MODEL, "--device", running.address)
        objects = root / "data/local/tmp/sideload/objects"
        (objects / ("ab" * 32)).write_bytes(b"x" * 1000)
        before = len(list(objects.iterdir()))
        ended = lowered.sideload("clean", "--device", running.address, "--json")

    assert ended.document["freed_bytes"] >= 1000
    assert len(list(objects.iterdir())) == before - 1
