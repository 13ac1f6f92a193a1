import io
import pickle
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from sideload import sources
from sideload.errors import BadModelFileError, SourceError
from sideload.runtimes._capture import capture
from sideload.values import Dimension, Subject

BATCH = torch.export.Dim("batch", min=1, max=8)


class Scaled(torch.nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.layer = torch.nn.Linear(4, 3)

    def forward(
        self, image: torch.Tensor, parts: dict[str, torch.Tensor]
    ) -> dict[str, torch.Tensor]:
        return {"logits": self.layer(image) * parts["scale"], "total": image.sum(-1)}


def saved(path: Path, *, dynamic: bool = True) -> Path:
    torch.manual_seed(0)
    shapes = ({0: BATCH}, {"scale": {0: BATCH}}) if dynamic else None
    given = (torch.rand(2, 4), {"scale": torch.rand(2, 1)})
    program = torch.export.export(Scaled().eval(), given, dynamic_shapes=shapes)
    torch.export.save(program, path)
    return path


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return saved(tmp_path_factory.mktemp("pt2") / "scaled.pt2")


def load(path: Path, *, dynamic: bool = True) -> Subject:
    return sources.get("pt2").load(str(path), dynamic=dynamic)


def test_a_saved_program_keeps_its_open_axes_and_its_outputs_names(archive: Path) -> None:
    subject = load(archive)
    signature = capture(subject).signature

    assert [one.shape[0] for one in signature.inputs] == [Dimension(name="batch", min=1, max=8)] * 2
    assert [one.name for one in signature.outputs] == ["logits", "total"]
    assert len(subject.evaluation) >= 4
    assert "saved in the file" in subject.data


def test_it_computes_what_was_saved(archive: Path) -> None:
    subject = load(archive)
    program = torch.export.load(archive)
    image, scale = (torch.from_numpy(one) for one in subject.evaluation[0].values())
    expected = program.module()(image, {"scale": scale})

    assert torch.equal(subject.module(image, scale)[0], expected["logits"])


def test_without_dynamic_it_is_captured_at_the_size_that_it_was_saved_with(archive: Path) -> None:
    assert capture(load(archive, dynamic=False)).signature.inputs[0].shape == (2, 4)


def test_a_program_saved_without_inputs_gets_some_by_its_shapes(tmp_path: Path) -> None:
    program = torch.export.load(saved(tmp_path / "a.pt2"))
    program.example_inputs = None
    torch.export.save(program, tmp_path / "b.pt2")
    subject = load(tmp_path / "b.pt2")

    assert "made up" in subject.data
    assert {one["image"].shape[1] for one in subject.evaluation} == {4}
    assert np.std([one["image"] for one in subject.evaluation]) > 0


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "is empty": lambda _: b"",
    "is truncated, or not a saved program": lambda data: data[: len(data) // 2],
    "is truncated, or not": lambda _: b"not a zip archive at all",
    "is corrupt at scaled/data/weights/weight_0": lambda data: data.replace(
        data[100:108], bytes(8), 1
    ),
}


@pytest.mark.parametrize("words", DAMAGES)
def test_a_damaged_file_is_refused(archive: Path, tmp_path: Path, words: str) -> None:
    damaged = tmp_path / "scaled.pt2"
    damaged.write_bytes(DAMAGES[words](archive.read_bytes()))

    with pytest.raises(BadModelFileError, match=words):
        load(damaged)


def test_a_missing_file_is_refused() -> None:
    with pytest.raises(BadModelFileError, match="there is no file"):
        load(Path("/nowhere/a.pt2"))


def rewritten(
    archive: Path, path: Path, change: Callable[[str, bytes], bytes], **more: bytes
) -> Path:
    """A copy of an archive whose members went through `change`, with `more` of them."""
    with zipfile.ZipFile(archive) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
        for name, data in more.items():
            new.writestr(f"scaled/data/{name.replace('__', '/')}", data)
    return path


def test_a_pickle_that_runs_something_is_never_run(archive: Path, tmp_path: Path) -> None:
    mark = tmp_path / "it ran"

    class Runs:
        def __reduce__(self) -> tuple[Any, ...]:
            return Path.touch, (mark,)

    hostile = io.BytesIO()
    torch.save(Runs(), hostile)
    path = rewritten(
        archive,
        tmp_path / "scaled.pt2",
        lambda name, data: hostile.getvalue() if "sample_inputs" in name else data,
    )

    with pytest.raises(BadModelFileError, match="not a program"):
        load(path)
    assert not mark.exists()


def test_objects_and_compiled_code_are_refused_before_loading(
    archive: Path, tmp_path: Path
) -> None:
    for number, member in enumerate(("constants__custom_obj_0", "aotinductor__model__a.so")):
        path = tmp_path / f"{number}.pt2"
        rewritten(archive, path, lambda _, data: data, **{member: pickle.dumps(3)})

        with pytest.raises(SourceError, match="would run on this machine"):
            load(path)


def test_an_archive_that_claims_far_more_than_it_is_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "bomb.pt2", "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("bomb/data/weights/weight_0", bytes(50_000_000))

    with pytest.raises(BadModelFileError, match="claims to hold 50000000"):
        load(tmp_path / "bomb.pt2")


def test_a_zip_archive_of_something_else_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "other.pt2", "w") as other:
        other.writestr("other/readme.txt", "hello")

    with pytest.raises(BadModelFileError, match="not a program that torch"):
        load(tmp_path / "other.pt2")


def test_an_input_of_a_dtype_that_phones_do_not_take_is_refused(tmp_path: Path) -> None:
    program = torch.export.export(torch.nn.Identity(), (torch.zeros(2, dtype=torch.complex64),))
    torch.export.save(program, tmp_path / "a.pt2")

    with pytest.raises(SourceError, match="complex64"):
        load(tmp_path / "a.pt2")
