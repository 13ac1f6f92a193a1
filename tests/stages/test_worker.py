"""The worker is a real child process; what goes wrong in it must reach us as words."""

from pathlib import Path

import pytest

from sideload.errors import SideloadError, SourceError, UnknownAdapterError, WorkerCrashError
from sideload.stages._worker import ANSWER_WITHIN_S, Worker, worker
from sideload.values import Artifact
from sideload.worker.job import Job, described, raised

GOOD = """
import numpy as np, torch

def model():
    print("a model that talks")
    module = torch.nn.Linear(4, 2)
    return module, (torch.randn(1, 4),)
"""


def job(tmp_path: Path, source: str, function: str = "model") -> Job:
    """A job for a user's file with `source` in it."""
    file = tmp_path / "users_own.py"
    file.write_text(source)
    folder = tmp_path / "out"
    folder.mkdir(exist_ok=True)
    return Job(
        source="python",
        spec=f"{file}:{function}",
        model="users_own",
        runtime="onnxruntime",
        precision="float32",
        backend="xnnpack",
        dynamic=True,
        folder=folder,
        key="k",
    )


def lower(tmp_path: Path, source: str, within_s: float = ANSWER_WITHIN_S) -> Artifact:
    """What a fresh worker makes of a user's file."""
    hired = Worker(tmp_path / "worker.log", within_s=within_s)
    try:
        return hired.lower(job(tmp_path, source), lambda _: None)
    finally:
        hired.close()


def test_what_a_model_prints_is_not_taken_for_an_answer(tmp_path: Path) -> None:
    artifact = lower(tmp_path, GOOD)

    assert artifact.parity is not None
    assert artifact.parity.cosine > 0.9999
    assert "a model that talks" in (tmp_path / "worker.log").read_text()


def test_a_file_that_raises_comes_back_as_the_users_own_line(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"users_own\.py") as caught:
        lower(tmp_path, "def model():\n    raise RuntimeError('no weights here')\n")

    assert "no weights here" in caught.value.problem


def test_a_model_that_kills_its_process_is_told_with_the_signal(tmp_path: Path) -> None:
    source = "import os, signal\ndef model():\n    os.kill(os.getpid(), signal.SIGSEGV)\n"

    with pytest.raises(WorkerCrashError, match="died of SIGSEGV"):
        lower(tmp_path, source)


def test_a_model_that_leaves_the_process_is_told_with_its_last_words(tmp_path: Path) -> None:
    source = "import os\ndef model():\n    os.write(2, b'farewell')\n    os._exit(3)\n"

    with pytest.raises(WorkerCrashError, match="farewell"):
        lower(tmp_path, source)


def test_a_model_that_never_answers_is_given_up(tmp_path: Path) -> None:
    with pytest.raises(WorkerCrashError, match="no answer within 3 s"):
        lower(tmp_path, "import time\ndef model():\n    time.sleep(600)\n", within_s=3)


def test_the_next_job_gets_a_new_process_after_a_crash(tmp_path: Path) -> None:
    with worker(tmp_path / "worker.log") as hired:
        with pytest.raises(WorkerCrashError):
            hired.lower(job(tmp_path, "import os\ndef model():\n    os._exit(1)\n"), lambda _: None)
        artifact = hired.lower(job(tmp_path, GOOD), lambda _: None)

    assert artifact.file.path.is_file()


def test_what_must_hold_before_a_process_starts_is_looked_at_once_and_can_refuse(
    tmp_path: Path,
) -> None:
    asked: list[str] = []

    def refuse() -> None:
        asked.append("before")
        raise UnknownAdapterError("transports", "pigeon", ["adb"])

    with worker(tmp_path / "worker.log", before=refuse) as hired:
        with pytest.raises(UnknownAdapterError):
            hired.lower(job(tmp_path, GOOD), lambda _: None)
        unasked = asked.copy()
    with worker(tmp_path / "worker.log", before=refuse):
        pass

    assert unasked == ["before"] == asked


def test_no_process_is_left_when_the_block_ends(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    lower(tmp_path, f"import os\n{GOOD}\nopen({str(note)!r}, 'w').write(str(os.getpid()))\n")
    pid = int(note.read_text())

    assert not Path(f"/proc/{pid}").exists()


def test_an_error_crosses_the_pipe_with_its_class_and_words() -> None:
    error = UnknownAdapterError("runtimes", "litert", ["executorch"])

    arrived = raised(described(error))

    assert type(arrived) is UnknownAdapterError
    assert (arrived.problem, arrived.remedy) == (error.problem, error.remedy)


@pytest.mark.parametrize("name", ["os", "Exception", "annotations", "SideloadErrorX", "Final"])
def test_an_error_of_no_class_of_ours_is_a_crash(name: str) -> None:
    arrived: SideloadError = raised({"type": name, "problem": "p", "remedy": "r"})

    assert type(arrived) is WorkerCrashError
