import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import transformers
from PIL import Image

from sideload import sources
from sideload.errors import BadModelFileError, SourceError
from sideload.runtimes._capture import capture
from sideload.samples import sound
from sideload.values import Dimension, Subject

FamilySpec = Callable[[str], str]
Carried = Callable[[str], Subject]


def load(spec: str, *, dynamic: bool = True) -> Subject:
    return sources.get("huggingface").load(spec, dynamic=dynamic)


def shapes(subject: Subject) -> dict[str, list[int | str]]:
    signature = capture(subject).signature
    return {
        one.name: [size.name if isinstance(size, Dimension) else size for size in one.shape]
        for one in (*signature.inputs, *signature.outputs)
    }


TEXT = {"input_ids": ["batch", "sequence"], "attention_mask": ["batch", "sequence"]}
CARRIED = [
    ("distilbert", {**TEXT, "logits": ["batch", 3]}),
    (
        "bert",
        {**TEXT, "last_hidden_state": ["batch", "sequence", 64], "pooler_output": ["batch", 64]},
    ),
    ("t5 encoder", {**TEXT, "last_hidden_state": ["batch", "sequence", 64]}),
    ("vit classifier", {"pixel_values": [1, 3, 64, 64], "logits": [1, 3]}),
    ("resnet", {"pixel_values": [1, 3, 224, 224], "logits": [1, 3]}),
    ("segformer", {"pixel_values": [1, 3, 224, 224], "logits": [1, 3, 56, 56]}),
    ("dpt", {"pixel_values": [1, 3, 64, 64], "predicted_depth": [1, 64, 64]}),
    ("whisper", {"input_features": [1, 80, 400], "last_hidden_state": [1, 200, 64]}),
    ("wav2vec2 ctc", {"input_values": [1, 16000], "logits": [1, 199, 32]}),
    ("audio spectrogram", {"input_values": [1, 128, 64], "logits": [1, 3]}),
    ("clip, its text tower", {**TEXT, "text_embeds": ["batch", 32]}),
    ("clip, its vision tower", {"pixel_values": [1, 3, 64, 64], "image_embeds": [1, 32]}),
]


@pytest.mark.parametrize(("name", "expected"), CARRIED)
def test_inputs_and_outputs_have_the_models_own_names_and_open_axes(
    carried: Carried, name: str, expected: dict[str, list[int | str]]
) -> None:
    assert shapes(carried(name)) == expected


def test_without_dynamic_every_text_has_one_length(family: FamilySpec) -> None:
    subject = load(family("bert"), dynamic=False)

    assert subject.dynamic == {}
    assert {sample["input_ids"].shape for sample in subject.evaluation} == {(1, 64)}


def test_it_answers_what_transformers_answers(family: FamilySpec, carried: Carried) -> None:
    spec, subject = family("distilbert"), carried("distilbert")
    ids, mask = (torch.from_numpy(one) for one in subject.evaluation[1].values())
    model = transformers.AutoModelForSequenceClassification.from_pretrained(spec)
    expected = model(input_ids=ids, attention_mask=mask).logits

    assert torch.allclose(subject.module(ids, mask)[0], expected, atol=1e-6)
    assert subject.labels == ("cat", "dog", "owl")


def test_a_tower_is_what_the_whole_model_computes_and_leaves_the_other_behind(
    family: FamilySpec, carried: Carried
) -> None:
    spec, subject = family("clip, its vision tower"), carried("clip, its vision tower")
    pixels = torch.from_numpy(subject.evaluation[0]["pixel_values"])
    model = transformers.CLIPModel.from_pretrained(spec.removesuffix("#vision"))
    expected = model.get_image_features(pixels).pooler_output
    names = {name for name, _ in subject.module.named_parameters()}

    assert torch.allclose(subject.module(pixels)[0], expected, atol=1e-6)
    assert not any("text" in name for name in names)


def test_an_encoder_with_a_decoder_is_carried_without_it(carried: Carried) -> None:
    subject = carried("whisper")

    assert not any("decoder" in name for name, _ in subject.module.named_parameters())


def test_attention_is_spelled_out(carried: Carried) -> None:
    program = capture(carried("vit classifier")).program

    assert "scaled_dot_product" not in str(program.graph)


def test_tokens_pictures_and_sounds_are_said_to_be_what_they_are(carried: Carried) -> None:
    assert "token ids drawn with a fixed seed (no tokenizer)" in carried("bert").data
    assert "crops of two photographs" in carried("vit classifier").data
    assert "speech-like" in carried("whisper").data


def copied(spec: str, folder: Path) -> Path:
    shutil.copytree(spec.partition("#")[0], folder)
    return folder


def test_a_tokenizer_in_the_folder_reads_real_sentences(family: FamilySpec, tmp_path: Path) -> None:
    folder = copied(family("bert"), tmp_path / "bert")
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "is", "a", ".", "ferry", "seven"]
    (folder / "vocab.txt").write_text("\n".join(words))
    transformers.BertTokenizer(str(folder / "vocab.txt")).save_pretrained(folder)
    subject = load(str(folder))

    assert subject.data.endswith("English sentences of 4 to 45 words")
    assert {int(sample["input_ids"][0, 0]) for sample in subject.evaluation} == {2}
    assert not all(sample["attention_mask"].all() for sample in subject.evaluation)


def test_pictures_are_normalised_as_the_folder_says(family: FamilySpec, tmp_path: Path) -> None:
    folder = copied(family("resnet"), tmp_path / "resnet")
    said = {
        "crop_size": {"height": 96, "width": 64},
        "image_mean": [0.0, 0.0, 0.0],
        "image_std": [2.0, 2.0, 2.0],
    }
    (folder / "preprocessor_config.json").write_text(json.dumps(said))
    picture = load(str(folder)).evaluation[0]["pixel_values"]

    assert picture.shape == (1, 3, 96, 64)
    assert 0 <= picture.min() < 0.1
    assert 0.3 < picture.max() <= 0.5


def test_our_whisper_features_are_those_of_its_own_extractor(carried: Carried) -> None:
    ours = carried("whisper").calibration[0]["input_features"][0]
    wave = sound.speech_like(4.0, 16_000, 0)
    made: Any = transformers.WhisperFeatureExtractor
    extractor = made(feature_size=80, chunk_length=4)
    theirs = extractor(wave, sampling_rate=16_000, return_tensors="np").input_features[0]

    assert np.abs(ours - theirs).max() < 1e-3


def test_a_folder_of_sentence_transformers_gives_its_embedding(
    family: FamilySpec, tmp_path: Path
) -> None:
    folder = copied(family("bert"), tmp_path / "bert")
    kinds = ["Transformer", "Pooling", "Normalize"]
    modules = [{"path": f"{n}_{kind}", "type": f"x.{kind}"} for n, kind in enumerate(kinds)]
    (folder / "modules.json").write_text(json.dumps(modules))
    (folder / "1_Pooling").mkdir()
    (folder / "1_Pooling" / "config.json").write_text('{"pooling_mode_cls_token": true}')
    subject = load(str(folder))
    (embedding,) = subject.module(*(torch.from_numpy(one) for one in subject.examples.values()))

    assert subject.output_names == ("embedding",)
    assert torch.allclose(embedding.norm(dim=-1), torch.ones(2))


def test_any_text_encoder_gives_an_embedding_where_that_part_is_asked_for(
    family: FamilySpec,
) -> None:
    subject = load(family("bert") + "#embedding")

    assert subject.output_names == ("embedding",)
    assert subject.module(*map(torch.from_numpy, subject.examples.values()))[0].shape == (2, 64)


def test_pickled_weights_are_read_as_weights_and_never_run(
    family: FamilySpec, tmp_path: Path
) -> None:
    folder = copied(family("bert"), tmp_path / "bert")
    model = transformers.AutoModel.from_pretrained(folder)
    (folder / "model.safetensors").unlink()
    torch.save(model.state_dict(), folder / "pytorch_model.bin")
    mark = tmp_path / "it ran"

    class Runs:
        def __reduce__(self) -> tuple[object, ...]:
            return Path.touch, (mark,)

    assert load(str(folder)).output_names[0] == "last_hidden_state"
    torch.save({"a": Runs()}, folder / "pytorch_model.bin")
    with pytest.raises(BadModelFileError, match="does not load"):
        load(str(folder))
    assert not mark.exists()


def changed(folder: Path, **settings: object) -> str:
    """The folder after its `config.json` was changed."""
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**config, **settings}))
    return str(folder)


def test_outputs_have_names_even_where_the_folder_asks_for_tuples(
    family: FamilySpec, tmp_path: Path
) -> None:
    folder = copied(family("bert"), tmp_path / "bert")
    spec = changed(folder, return_dict=False, output_hidden_states=True, output_attentions=True)

    assert load(spec).output_names == ("last_hidden_state", "pooler_output")


REFUSED = [
    ({"model_type": "my_own"}, SourceError, "not in transformers"),
    ({"model_type": 3}, BadModelFileError, "does not say its model_type"),
    ({"architectures": ["BertOfMyOwn"]}, SourceError, "BertOfMyOwn is not in transformers"),
    ({"architectures": ["GPT2LMHeadModel"]}, SourceError, "token by token.*not carried yet"),
    ({"architectures": ["BertForMaskedLM"]}, BadModelFileError, "lacks .* would be random"),
    ({"hidden_size": 96}, BadModelFileError, "does not load"),
    ({"num_hidden_layers": 10**9}, BadModelFileError, "claims num_hidden_layers = 1000000000"),
    ({"hidden_size": 2**16, "intermediate_size": 2**16}, BadModelFileError, "claims .* weights"),
    ({"quantization_config": {"bits": 4}}, SourceError, "quantised already"),
]


@pytest.mark.parametrize(("settings", "kind", "words"), REFUSED)
def test_a_configuration_that_is_not_carried_is_refused_with_the_reason(
    family: FamilySpec,
    tmp_path: Path,
    settings: dict[str, object],
    kind: type[Exception],
    words: str,
) -> None:
    folder = copied(family("bert"), tmp_path / "bert")

    with pytest.raises(kind, match=words):
        load(changed(folder, **settings))


def test_code_in_a_folder_is_never_executed(family: FamilySpec, tmp_path: Path) -> None:
    folder = copied(family("bert"), tmp_path / "bert")
    mark = tmp_path / "it ran"
    (folder / "mine.py").write_text(f"open({str(mark)!r}, 'w')\n")
    settings = {"auto_map": {"AutoConfig": "mine.Config", "AutoModel": "mine.Model"}}

    with pytest.raises(SourceError, match="Python code is never executed"):
        load(changed(folder, model_type="my_own", **settings))
    assert not mark.exists()


BROKEN = [
    ("config.json", b"{", "is not JSON"),
    ("config.json", b"[]", "holds a list, not an object"),
    ("config.json", b"\xff\xfe", "not UTF-8"),
    ("model.safetensors", b"", "does not load"),
    ("model.safetensors", b"\xff" * 64, "does not load"),
    ("tokenizer.json", b"{", "tokenizer in bert does not load"),
    ("preprocessor_config.json", b"{", "is not JSON"),
]


@pytest.mark.parametrize(("name", "data", "words"), BROKEN)
def test_a_broken_file_is_named(
    family: FamilySpec, tmp_path: Path, name: str, data: bytes, words: str
) -> None:
    which = "vit classifier" if name.startswith("pre") else "bert"
    folder = copied(family(which), tmp_path / "bert")
    (folder / name).write_bytes(data)

    with pytest.raises(Exception, match=words) as caught:
        load(str(folder))
    assert caught.type.__name__ in ("BadModelFileError", "HostFileError")


def test_truncated_weights_are_refused(family: FamilySpec, tmp_path: Path) -> None:
    folder = copied(family("bert"), tmp_path / "bert")
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1000])

    with pytest.raises(BadModelFileError, match="does not load"):
        load(str(folder))


def test_a_folder_without_weights_or_configuration_is_refused(
    family: FamilySpec, tmp_path: Path
) -> None:
    folder = copied(family("bert"), tmp_path / "bert")
    (folder / "model.safetensors").unlink()

    with pytest.raises(BadModelFileError, match="holds no weights"):
        load(str(folder))
    (folder / "config.json").unlink()
    with pytest.raises(SourceError, match=r"no config\.json"):
        load(str(folder))


def test_a_model_of_two_towers_wants_to_hear_which(family: FamilySpec) -> None:
    spec = family("clip, its text tower").removesuffix("#text")

    with pytest.raises(SourceError, match="several towers") as caught:
        load(spec)
    assert "#text or" in caught.value.remedy
    assert "#vision" in caught.value.remedy
    with pytest.raises(SourceError, match="no part called 'audio'"):
        load(f"{spec}#audio")
    with pytest.raises(SourceError, match="no part called 'vision'"):
        load(family("bert") + "#vision")


def test_a_hub_id_that_is_not_in_the_cache_is_not_downloaded() -> None:
    with pytest.raises(SourceError, match="no folder nobody/nothing") as caught:
        load("nobody/nothing")
    assert "SIDELOAD_DOWNLOAD=1" in caught.value.remedy


def test_a_hash_sign_may_stand_in_the_name_of_a_folder(family: FamilySpec, tmp_path: Path) -> None:
    folder = copied(family("bert"), tmp_path / "bert#2")

    assert load(str(folder)).output_names[0] == "last_hidden_state"
    assert load(f"{folder}#embedding").output_names == ("embedding",)


def test_what_decides_a_model_is_known_without_loading_it(
    family: FamilySpec, tmp_path: Path
) -> None:
    folder = copied(family("bert"), tmp_path / "bert")
    Image.new("RGB", (1, 1)).save(folder / "picture.png")
    names = {path.name for path in sources.get("huggingface").files(str(folder))}

    assert names == {"config.json", "model.safetensors"}
