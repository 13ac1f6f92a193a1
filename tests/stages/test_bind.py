"""What a generated class says of where it comes from."""

import shlex
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from sideload.host import targets
from sideload.stages._items import Ask, Item, items
from sideload.stages.bind import bind
from tests.bindings.artifacts import DIGITS, artifact

MODEL = "import torch\n\ndef pair():\n    return torch.nn.Linear(1, 1)\n"


@pytest.fixture
def item(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Item:
    """A model in a file of the user's, which only its own words lead to."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my models.py").write_text(MODEL)
    ask = Ask(
        target=targets.read("ios"),
        models=("my models.py:pair",),
        runtimes=("executorch",),
        precisions=("float32",),
    )
    return items(ask)[0]


def command(item: Item) -> Sequence[str]:
    """The command that the class names where its file is not the right one."""
    bound = bind(item, artifact(DIGITS, "executorch", model=item.model), "python")
    text = "".join(file.path.read_text() for file in bound.files)
    line = next(line for line in text.splitlines() if "sideload bind" in line)
    return shlex.split(line[line.index("sideload bind") :].rstrip('"),'))


def test_a_class_names_the_command_that_makes_it_once_more(item: Item) -> None:
    words = command(item)[2:]
    typed = dict(zip(words[::2], words[1::2], strict=True))

    assert typed == {
        "--target": "ios",
        "--model": "my models.py:pair",
        "--runtime": "executorch",
        "--precision": "float32",
    }
    ask = Ask(
        target=targets.read(typed["--target"]),
        models=(typed["--model"],),
        runtimes=(typed["--runtime"],),
        precisions=(typed["--precision"],),
    )
    assert items(ask) == (item,)


def test_a_target_in_a_file_elsewhere_is_named_as_a_file(item: Item) -> None:
    elsewhere = replace(item, target=replace(item.target, name="elsewhere"))

    assert "elsewhere.yaml" in command(elsewhere)
