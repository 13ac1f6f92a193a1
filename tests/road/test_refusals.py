"""Wrong words and hostile files: a clear error, the right exit code, and never a traceback."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from tests.road.project import Project

ONLY = ("--runtime", "onnxruntime", "--precision", "float32", "--json")


@pytest.mark.parametrize(
    ("words", "exit_code", "kind"),
    [
        (("--model", "nonsense"), 2, "UnknownModelError"),
        (("--target", "nonsense"), 2, "UnknownTargetError"),
        (("--target", "nowhere/else.yaml"), 2, "UnknownTargetError"),
        (("--model", "digits", "--runtime", "litert"), 2, "UnknownAdapterError"),
        (("--model", "digits", "--precision", "int7"), 2, "SchemeError"),
        (("--model", "digits", "--precision", "weight_only_int8"), 2, "SchemeError"),
        (("--model", "digits", "--inputs", "absent.npz"), 2, "HostFileError"),
        (("--model", "own.py:absent", *ONLY[:-1]), 2, "SourceError"),
        (("--model", "absent.py:blend"), 2, "UnknownModelError"),
        (("--model", "absent.onnx"), 2, "UnknownModelError"),
        (("--model", "absent.pt2"), 2, "UnknownModelError"),
        (("--bogus",), 2, "UsageError"),
        (("--model",), 2, "UsageError"),
    ],
)
def test_wrong_words_are_told_apart(
    project: Project, words: tuple[str, ...], exit_code: int, kind: str
) -> None:
    ended = project.sideload("export", *words, "--json")

    assert (ended.exit_code, ended.error["type"]) == (exit_code, kind)


@pytest.mark.parametrize(
    ("device", "exit_code", "kind"),
    [
        ("", 3, "NoDeviceError"),
        ("127.0.0.1:1", 3, "RefusedError"),
        ("not a device", 3, "NoDeviceError"),
        ("127.0.0.1:port", 3, "NoDeviceError"),
    ],
)
def test_a_device_that_is_not_there_is_told_before_anything_is_exported(
    project: Project, device: str, exit_code: int, kind: str
) -> None:
    ended = project.sideload("deploy", "--model", "digits", "--device", device, "--json")

    assert (ended.exit_code, ended.error["type"]) == (exit_code, kind)
    assert not (project.home / "artifacts/digits").exists()


@pytest.mark.parametrize("command", ["bundle", "deploy", "profile"])
def test_a_platform_that_nothing_reaches_is_told_before_anything_is_exported(
    project: Project, command: str
) -> None:
    ended = project.sideload(command, "--target", "ios", "--model", "digits", "--json")

    assert (ended.exit_code, ended.error["type"]) == (2, "UsageError")
    assert "nothing reaches one of the platform ios" in ended.error["message"]
    assert "sideload bundle --target ios --into" in ended.error["remedy"]
    assert not (project.home / "artifacts/digits").exists()


def test_without_a_phone_the_remedy_names_both_ways_out(project: Project) -> None:
    ended = project.sideload("deploy", "--target", "android")

    assert "--device simulated" in ended.stderr
    assert "USB debugging" in ended.stderr


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ("raise RuntimeError('no weights')", "no weights"),
        ("return 3", "own_bad.py"),
        ("return None", "own_bad.py"),
        ("return torch.nn.Linear(2, 2)", "own_bad.py"),
        ("return torch.nn.Linear(2, 2), ('text',)", "own_bad.py"),
        ("import absent_module", "absent_module"),
    ],
)
def test_a_function_that_raises_or_returns_something_else_shows_its_file(
    project: Project, body: str, shown: str
) -> None:
    project.file("own_bad.py", f"import torch\n\ndef model():\n    {body}\n")

    ended = project.sideload("export", "--model", "own_bad.py:model", *ONLY)

    assert ended.exit_code == 2
    assert shown in ended.error["message"]


def test_a_syntax_error_shows_its_line(project: Project) -> None:
    project.file("own_bad.py", "def model(:\n    pass\n")

    ended = project.sideload("export", "--model", "own_bad.py:model", *ONLY)

    assert ended.error["type"] == "SourceError"
    assert "own_bad.py:1" in ended.error["message"]


def test_what_cannot_be_captured_shows_the_users_line_and_the_cure(project: Project) -> None:
    project.file(
        "own_bad.py",
        "import torch\n"
        "class Jumps(torch.nn.Module):\n"
        "    def forward(self, x):\n"
        "        if x.sum() > 0:\n"
        "            return x + 1\n"
        "        return x - 1\n"
        "def model():\n"
        "    return Jumps(), (torch.ones(1, 2),)\n",
    )

    ended = project.sideload("export", "--model", "own_bad.py:model", *ONLY)

    assert (ended.exit_code, ended.error["type"]) == (2, "CaptureError")
    assert "own_bad.py:4" in ended.error["message"]
    assert "torch operations" in ended.error["remedy"]


@pytest.mark.parametrize("suffix", ["onnx", "pt2"])
@pytest.mark.parametrize(
    "content",
    [b"", b"garbage" * 100, b"\x08\x0a\xff\xff\xff\xff\x7f", b"PK\x03\x04" + bytes(30)],
    ids=["empty", "garbage", "claims to be huge", "half a zip"],
)
def test_a_damaged_model_file_is_refused(project: Project, suffix: str, content: bytes) -> None:
    (project.home / f"bad.{suffix}").write_bytes(content)

    ended = project.sideload("export", "--model", f"bad.{suffix}", *ONLY)

    assert (ended.exit_code, ended.error["type"]) == (2, "BadModelFileError")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("platform: android\n\tmodels: []\n", "tab"),
        ("a: &a [x]\nb: [*a, *a]\n", "anchor"),
        ("platform: android\nplatfrom: ios\n", "platfrom"),
        ("platform: 3\nruntimes: executorch\n", "platform"),
        ("", "empty"),
    ],
)
def test_a_bad_target_lists_its_faults_with_their_lines(
    project: Project, text: str, shown: str
) -> None:
    project.file("bad.yaml", text)

    ended = project.sideload("export", "--target", "bad.yaml", "--json")

    assert ended.exit_code == 2
    assert shown in ended.error["message"]
    assert "bad.yaml" in ended.error["message"]


def test_strange_names_go_the_whole_road(project: Project) -> None:
    names = ["two words", "it's", '"quoted"', "$(touch pwned)", "`touch pwned`", "; touch pwned"]
    for name in (*names, "naïve✓"):
        shutil.copy(project.home / "own.py", project.home / f"{name}.py")
    # All in one run: most of the time goes into starting the process that exports.
    models = [word for name in (*names, "naïve✓") for word in ("--model", f"{name}.py:blend")]

    ended = project.sideload("deploy", "--device", "simulated", *models, *ONLY)

    assert ended.exit_code == 0, ended.stderr
    assert len(ended.document["deployments"]) == len(names) + 1
    assert not list(project.home.rglob("pwned"))


def test_inputs_that_do_not_fit_are_listed_with_what_is_wanted(project: Project) -> None:
    np.savez(project.home / "in.npz", left=np.zeros((1, 4), np.float32))

    ended = project.sideload("export", "--model", "own.py:blend", "--inputs", "in.npz", *ONLY)

    assert (ended.exit_code, ended.error["type"]) == (2, "InputsError")
    assert "right" in ended.error["message"]


def test_a_place_that_cannot_be_written_is_said_and_nothing_is_lost(project: Project) -> None:
    ended = project.sideload(
        "export", "--model", f"{project.home}/own.py:blend", *ONLY, env={"SIDELOAD_HOME": "/proc/1"}
    )

    assert (ended.exit_code, ended.error["type"]) == (2, "HostFileError")


def test_clean_refuses_a_folder_that_is_not_ours(project: Project) -> None:
    mine = project.file("artifacts/precious.txt", "mine")

    ended = project.sideload("clean", "--json")

    assert ended.exit_code == 2
    assert mine.read_text() == "mine"


def test_an_onnx_file_has_no_executorch_form(project: Project, lowered: Project) -> None:
    made = next((lowered.home / "artifacts").rglob("*.onnx"))

    ended = project.sideload("export", "--model", str(made), "--runtime", "executorch", "--json")

    assert (ended.exit_code, ended.error["type"]) == (2, "SchemeError")
    assert Path(made).is_file()
