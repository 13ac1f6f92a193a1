"""What a stage kept is believed only while every word of it is true."""

from dataclasses import replace
from pathlib import Path

import pytest

from sideload.host import files
from sideload.stages._memory import recall, remember
from sideload.values import Bindings

PARTS = {"the artifact": "a", "the templates": "b"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a remembered value that names one file."""
    source = tmp_path / "Digits.py"
    source.write_text("class Digits: ...\n")
    value = Bindings(
        language="python",
        class_name="Digits",
        artifact_sha256="0" * 64,
        files=(files.ref(source),),
        key="k",
    )
    remember(tmp_path, value, PARTS)
    return tmp_path


def test_what_was_kept_comes_back_while_nothing_changed(folder: Path) -> None:
    found = recall(folder, Bindings, PARTS)

    assert found.value is not None
    assert (found.value.class_name, found.why) == ("Digits", "")


def test_an_empty_folder_says_that_nothing_is_there(tmp_path: Path) -> None:
    found = recall(tmp_path, Bindings, PARTS)

    assert (found.value, found.why) == (None, "nothing is there yet")


def test_each_part_that_changed_is_named(folder: Path) -> None:
    found = recall(folder, Bindings, {"the artifact": "other", "the templates": "other"})

    assert (found.value, found.why) == (None, "the artifact and the templates changed")


def test_a_part_that_is_new_counts_as_changed(folder: Path) -> None:
    found = recall(folder, Bindings, {**PARTS, "the runner": "c"})

    assert found.why == "the runner changed"


def test_without_parts_the_value_is_shown_whatever_it_was_made_from(folder: Path) -> None:
    assert recall(folder, Bindings, None).value is not None


def test_a_file_that_was_edited_is_noticed(folder: Path) -> None:
    (folder / "Digits.py").write_text("class Digits: pass\n")

    assert recall(folder, Bindings, PARTS).why == "Digits.py was changed"


def test_a_file_that_is_gone_is_noticed(folder: Path) -> None:
    (folder / "Digits.py").unlink()

    assert recall(folder, Bindings, PARTS).why == "Digits.py is missing"


@pytest.mark.parametrize("name", ["bindings.json", "bindings.parts.json"])
@pytest.mark.parametrize("text", ["", "{", "[]", '{"schema": "sideload/0"}', "\0"])
def test_a_damaged_record_is_not_believed(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(text)

    found = recall(folder, Bindings, PARTS)

    assert found.value is None
    assert found.why


def test_a_value_whose_parts_were_never_written_is_not_believed(folder: Path) -> None:
    (folder / "bindings.parts.json").unlink()

    assert recall(folder, Bindings, PARTS).why == "what is there cannot be read"


def test_a_later_value_takes_the_place_of_the_earlier_one(folder: Path) -> None:
    earlier = recall(folder, Bindings, PARTS).value
    assert earlier is not None
    remember(folder, replace(earlier, key="later"), PARTS)

    later = recall(folder, Bindings, PARTS).value

    assert later is not None
    assert later.key == "later"
