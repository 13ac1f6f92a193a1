from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import pytest
import torch

from sideload.errors import HostFileError, InputsError
from sideload.sources import _inputs
from sideload.values import Dimension, Subject

Array: TypeAlias = np.ndarray[Any, np.dtype[Any]]
BATCH = Dimension(name="batch", min=1, max=4)
LENGTH = Dimension(name="sequence", min=2, max=None)


class Embeds(torch.nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.table = torch.nn.Embedding(10, 3)

    def forward(self, ids: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
        vectors: torch.Tensor = self.table(ids)
        return vectors.sum(1) * weight


@pytest.fixture
def subject() -> Subject:
    return Subject(
        name="embeds",
        module=Embeds().eval(),
        examples={
            "ids": np.zeros((2, 5), dtype=np.int64),
            "weight": np.ones((2, 3), dtype=np.float32),
        },
        dynamic={"ids": {0: BATCH, 1: LENGTH}, "weight": {0: BATCH}},
        expected=(1,),
        data="what the source brought",
    )


def npz(path: Path, **arrays: Array) -> Path:
    save: Any = np.savez
    save(path, **arrays)
    return path


def test_each_file_is_one_sample_in_the_models_own_dtypes(subject: Subject, tmp_path: Path) -> None:
    files = [
        npz(tmp_path / "a.npz", weight=np.ones((1, 3)), ids=np.ones((1, 2), dtype=np.int32)),
        npz(tmp_path / "b.npz", weight=np.ones((4, 3)), ids=np.ones((4, 9), dtype=np.uint8)),
    ]
    given = _inputs.with_inputs(subject, files)

    assert given.calibration == given.evaluation
    assert [list(sample) for sample in given.evaluation] == [["ids", "weight"]] * 2
    assert {one.dtype.name for one in given.evaluation[0].values()} == {"int64", "float32"}
    assert given.expected == ()
    assert given.data == "the user's own inputs: 2 files"
    assert given.examples is subject.examples


def test_without_open_axes_the_first_file_is_what_the_model_is_captured_with(
    subject: Subject, tmp_path: Path
) -> None:
    closed = Subject(**{**vars(subject), "dynamic": {}})
    file = npz(tmp_path / "a.npz", weight=np.full((2, 3), 7.0), ids=np.ones((2, 5), dtype=int))

    assert _inputs.with_inputs(closed, [file]).examples["weight"][0, 0] == 7.0


def test_without_files_nothing_changes(subject: Subject) -> None:
    assert _inputs.with_inputs(subject, []) is subject


GOOD: dict[str, Array] = {
    "ids": np.ones((1, 2), dtype=np.int64),
    "weight": np.ones((1, 3), dtype=np.float32),
}
FAULTS = [
    ({"ids": None}, "ids is missing"),
    ({"extra": np.ones(3)}, "extra is not an input"),
    ({"weight": np.ones((1, 4))}, "weight has shape 1 x 4, not \\(batch 1 to 4\\) x 3"),
    ({"weight": np.ones(3)}, "weight has shape 3, not"),
    ({"ids": np.ones((1, 1), dtype=int)}, "not \\(batch 1 to 4\\) x \\(sequence 2 or more\\)"),
    ({"ids": np.ones((9, 2), dtype=int), "weight": np.ones((9, 3))}, "ids has shape 9 x 2"),
    ({"ids": np.ones((3, 2), dtype=int)}, "weight has 1 for batch, where another input has 3"),
    ({"ids": np.ones((1, 2))}, "ids is float64, which int64 cannot hold exactly"),
    ({"weight": np.ones((1, 3), dtype=complex)}, "weight is complex128, which float32"),
    ({"weight": np.full((1, 3), 1e300)}, "weight is float64, which float32 cannot hold"),
    ({"ids": np.full((1, 2), 2**63, dtype=np.uint64)}, "ids is uint64, which int64 cannot hold"),
    ({"ids": np.zeros((0, 2), dtype=int)}, "ids has shape 0 x 2"),
]


@pytest.mark.parametrize(("change", "words"), FAULTS)
def test_what_does_not_fit_is_named_beside_what_is_wanted(
    subject: Subject, tmp_path: Path, change: dict[str, Any], words: str
) -> None:
    arrays = {name: one for name, one in {**GOOD, **change}.items() if one is not None}
    file = npz(tmp_path / "a.npz", **arrays)

    with pytest.raises(InputsError, match=words) as caught:
        _inputs.with_inputs(subject, [file])
    assert "a.npz" in caught.value.problem
    assert "ids int64 (batch 1 to 4) x (sequence 2 or more)" in caught.value.remedy
    assert "weight float32 (batch 1 to 4) x 3" in caught.value.remedy


def test_every_fault_of_a_file_is_said_at_once(subject: Subject, tmp_path: Path) -> None:
    file = npz(tmp_path / "a.npz", weight=np.ones((1, 4)), mask=np.ones(1))

    with pytest.raises(InputsError, match="ids is missing; mask is not an input; weight has shape"):
        _inputs.with_inputs(subject, [file])


def test_a_value_that_the_model_cannot_take_is_an_error_about_the_file(
    subject: Subject, tmp_path: Path
) -> None:
    file = npz(tmp_path / "a.npz", **{**GOOD, "ids": np.full((1, 2), 99)})

    with pytest.raises(InputsError, match=r"cannot compute on .*a\.npz: index out of range"):
        _inputs.with_inputs(subject, [file])


def test_pickles_and_files_of_something_else_are_refused(subject: Subject, tmp_path: Path) -> None:
    objects = npz(tmp_path / "a.npz", ids=np.array([{}], dtype=object))
    (tmp_path / "b.npz").write_text("hello")

    for file in (objects, tmp_path / "b.npz"):
        with pytest.raises(InputsError, match=file.name):
            _inputs.with_inputs(subject, [file])
    with pytest.raises(HostFileError, match="missing"):
        _inputs.with_inputs(subject, [tmp_path / "missing.npz"])


def test_floats_may_lose_digits_but_integers_nothing(subject: Subject) -> None:
    half = _inputs.fitted(subject, {**GOOD, "weight": np.full((1, 3), 0.1)}, "here")
    whole = _inputs.fitted(subject, {**GOOD, "weight": np.full((1, 3), 3)}, "here")

    assert half["weight"][0, 0] == np.float32(0.1)
    assert whole["weight"][0, 0] == 3.0
    with pytest.raises(InputsError, match="weight is int64"):
        _inputs.fitted(subject, {**GOOD, "weight": np.full((1, 3), 2**53 + 1)}, "here")


def test_variations_move_integers_and_scale_floats() -> None:
    sample = {"ids": np.arange(4)[None], "image": np.arange(4.0)[None], "size": np.array(3.0)}
    first, second = _inputs.varied(sample, 2)

    assert sorted(first["ids"][0]) == [0, 1, 2, 3]
    assert not np.array_equal(first["ids"], sample["ids"])
    assert not np.allclose(first["image"], second["image"])
    assert first["size"].shape == ()


def test_an_open_axis_of_one_is_widened_because_export_would_fix_it() -> None:
    examples = {"ids": np.zeros((1, 1)), "one": np.zeros((1, 3))}
    only = Dimension(name="only", min=1, max=1)
    made = _inputs.widened(examples, {"ids": {0: BATCH, 1: LENGTH}, "one": {0: only}})

    assert made["ids"].shape == (2, 2)
    assert made["one"].shape == (1, 3)
