from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
import torch

from sideload import models, sources
from sideload.host import cache
from sideload.host.discover import names
from sideload.models.digits import Network
from sideload.models.minilm import LONGEST, NAMES, pretrained
from sideload.samples.tokens import Lengths, Tokens
from sideload.values import Subject


@pytest.fixture(scope="module")
def subjects() -> Mapping[str, Subject]:
    return {name: models.get(name)(dynamic=True) for name in names("models")}


def answers(subject: Subject, most: int) -> torch.Tensor:
    with torch.no_grad():
        found = [
            subject.module(*(torch.from_numpy(np.asarray(one)) for one in sample.values()))
            for sample in subject.evaluation[:most]
        ]
    return torch.cat(found)


def test_the_catalogue_holds_the_three_models() -> None:
    assert names("models") == ("digits", "minilm", "mobilenet_v2")


@pytest.mark.parametrize("name", names("models"))
def test_a_model_is_evaluated_on_other_inputs_than_it_is_calibrated_on(
    subjects: Mapping[str, Subject], name: str
) -> None:
    subject = subjects[name]
    calibrated = {tuple(one.tobytes() for one in sample.values()) for sample in subject.calibration}
    evaluated = {tuple(one.tobytes() for one in sample.values()) for sample in subject.evaluation}

    assert subject.name == name
    assert len(calibrated) >= 12
    assert len(evaluated) >= 12
    assert not calibrated & evaluated
    assert subject.module.training is False


@pytest.mark.parametrize("name", names("models"))
def test_a_model_answers_different_inputs_differently(
    subjects: Mapping[str, Subject], name: str
) -> None:
    found = answers(subjects[name], 6)

    assert torch.isfinite(found).all()
    assert found.std(dim=0).mean() > 0.1 * found.std()


def test_digits_are_recognised(subjects: Mapping[str, Subject]) -> None:
    subject = subjects["digits"]
    right = answers(subject, 400).argmax(1) == torch.tensor(subject.expected)

    assert subject.labels == tuple("0123456789")
    assert right.float().mean() > 0.98
    assert len(subject.expected) == 400


def test_digits_are_trained_once_and_again_where_the_cache_is_damaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, subjects: Mapping[str, Subject]
) -> None:
    monkeypatch.setenv("SIDELOAD_CACHE", str(tmp_path))
    first = models.get("digits")(dynamic=False).module
    (kept,) = cache.folder("models").iterdir()
    stamp = kept.stat().st_mtime_ns
    second = models.get("digits")(dynamic=False).module
    kept_stamp = kept.stat().st_mtime_ns
    kept.write_bytes(b"damaged")
    third = models.get("digits")(dynamic=False).module

    assert kept_stamp == stamp
    assert isinstance(first, Network)
    for other in (second, third, subjects["digits"].module):
        assert same(first, other)


def same(one: torch.nn.Module, two: torch.nn.Module) -> bool:
    pairs = zip(one.state_dict().values(), two.state_dict().values(), strict=True)
    return all(torch.equal(a, b) for a, b in pairs)


def test_sentences_of_one_meaning_are_near_each_other(subjects: Mapping[str, Subject]) -> None:
    texts = ["How do I reset my password?", "I forgot my password.", "The soup is cold."]
    _, tokenizer = pretrained()
    batch = Tokens(tokenizer=tokenizer, names=NAMES, lengths=Lengths(longest=LONGEST)).batch(texts)
    with torch.no_grad():
        found = subjects["minilm"].module(*(torch.from_numpy(batch[name]) for name in NAMES))
    near = found @ found.T

    assert torch.allclose(near.diagonal(), torch.ones(3), atol=1e-5)
    assert near[0, 1] > 0.6
    assert near[0, 2] < 0.2


def test_padding_does_not_change_an_embedding(subjects: Mapping[str, Subject]) -> None:
    module, sample = subjects["minilm"].module, subjects["minilm"].evaluation[0]
    ids, mask = (torch.from_numpy(np.asarray(one)) for one in sample.values())
    longer = [torch.nn.functional.pad(one, (0, 9)) for one in (ids, mask)]

    assert torch.allclose(module(ids, mask), module(*longer), atol=1e-5)


@pytest.mark.parametrize("name", names("models"))
def test_made_again_without_dynamic_a_model_is_the_same_at_one_shape(
    subjects: Mapping[str, Subject], name: str
) -> None:
    torch.rand(3)  # what was drawn before must not matter
    subject = models.get(name)(dynamic=False)
    shape = {key: one.shape for key, one in subject.examples.items()}

    assert same(subject.module, subjects[name].module)
    assert subject.dynamic == {}
    assert all(
        {key: one.shape for key, one in sample.items()} == shape
        for sample in (*subject.calibration, *subject.evaluation)
    )


def test_the_catalogue_names_the_files_that_a_model_is_made_from() -> None:
    found = {path.name for path in sources.get("catalogue").files("digits")}

    assert {"digits.py", "photographs.py", "sentences.txt"} <= found
    assert "minilm.py" not in found
    assert all(path.is_file() for path in sources.get("catalogue").files("minilm"))
