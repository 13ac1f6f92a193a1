import re
import subprocess
import sys

import pytest

from sideload import sources
from sideload.sources import _names

HOSTILE = [
    "a b/my model.py:build it",
    "a\"b'c.py:f",
    "$(rm -rf ~).onnx",
    "../../etc/passwd.onnx",
    "..onnx",
    "ünïcödé/模型.pt2",
    "a" * 300 + ".onnx",
    "-rf.pt2",
    "new\nline.onnx",
    "half\udce9.onnx",
    "con.onnx",
    "~/x.pt2",
]


def named(spec: str) -> str:
    source = "python" if ".py:" in spec else spec.rpartition(".")[2]
    return sources.get(source).name(spec)


@pytest.mark.parametrize("spec", HOSTILE)
def test_any_path_gives_a_safe_file_name(spec: str) -> None:
    name = named(spec)

    assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]*", name)
    assert ".." not in name
    assert len(name) < 80


def test_a_name_that_can_be_kept_is_kept_wherever_the_file_is() -> None:
    assert {named("x/net.onnx"), named("y/net.onnx"), named("net.pt2")} == {"net"}


def test_changed_names_differ_by_their_paths_and_are_the_same_each_time() -> None:
    alike = [*HOSTILE, "x/n et.onnx", "y/n et.onnx", "n et.pt2", "n-et.onnx"]

    assert len({named(spec).lower() for spec in alike}) == len(alike)
    assert [named(spec) for spec in alike] == [named(spec) for spec in alike]


def test_a_name_tells_a_person_what_it_stands_for() -> None:
    assert named("models/face detector.onnx").startswith("face-detector-")
    assert named("train.py:build") == "train-build"
    assert sources.get("huggingface").name("openai/clip#text") == "clip-text"
    assert sources.get("catalogue").name("digits") == "digits"


def test_no_file_takes_the_name_of_a_built_in_model() -> None:
    assert named("digits.onnx") != "digits"


def test_a_name_that_is_the_whole_text_stays_as_it_is() -> None:
    assert _names.safe("digits", "digits") == "digits"


def test_names_are_made_without_torch() -> None:
    program = (
        "import sys\n"
        "from sideload import sources\n"
        "for spec in ('digits', 'a.py:f', 'a.onnx', 'a.pt2', 'org/model'):\n"
        "    origin = sources.resolve(spec)\n"
        "    sources.get(origin.source).name(spec)\n"
        "assert not {'torch', 'onnx', 'transformers'} & set(sys.modules)\n"
    )

    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)
