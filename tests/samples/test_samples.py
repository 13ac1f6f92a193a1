import numpy as np
import pytest

from sideload.samples import photographs, sentences, sound
from sideload.samples.tokens import Drawn, Lengths, Tokens


def test_calibration_and_evaluation_sentences_are_different_ones() -> None:
    everything = sentences.CALIBRATION + sentences.EVALUATION

    assert len(sentences.CALIBRATION) >= 12
    assert len(everything) == len(set(everything)) >= 40


def test_sentences_are_short_and_long() -> None:
    words = [len(sentence.split()) for sentence in sentences.EVALUATION]

    assert min(words) < 5
    assert max(words) > 40


def test_no_picture_is_calibrated_on_and_evaluated_on() -> None:
    calibration, evaluation = photographs.split(32, 48)
    mirrored = [picture[:, ::-1] for picture in calibration]

    assert {picture.shape for picture in (*calibration, *evaluation)} == {(32, 48, 3)}
    assert len({picture.tobytes() for picture in (*calibration, *evaluation)}) == 32
    assert not {p.tobytes() for p in mirrored} & {p.tobytes() for p in evaluation}


def test_a_picture_is_one_and_not_noise() -> None:
    picture = photographs.photographs(1, 64, 64)[0].astype(float)
    neighbours = np.corrcoef(picture[:, 1:].ravel(), picture[:, :-1].ravel())[0, 1]

    assert neighbours > 0.8


def test_sound_is_the_same_for_the_same_seed_and_another_for_another() -> None:
    first, again, other = (sound.speech_like(0.5, 16_000, seed) for seed in (3, 3, 4))

    assert first.dtype == np.float32
    assert first.shape == (8_000,)
    assert np.abs(first).max() < 0.6
    assert np.array_equal(first, again)
    assert not np.allclose(first, other)


def test_sound_has_pauses_and_a_voice_below_four_kilohertz() -> None:
    wave = sound.speech_like(4.0, 16_000, 1)
    frames = np.square(wave[: len(wave) // 400 * 400].reshape(-1, 400)).mean(axis=1)
    spectrum = np.square(np.abs(np.fft.rfft(wave)))

    assert frames.min() < frames.max() / 1000
    assert spectrum[: len(spectrum) // 2].sum() > 3 * spectrum[len(spectrum) // 2 :].sum()


@pytest.fixture
def drawn() -> Drawn:
    return Drawn(vocabulary=50, padding=0, first=1, last=2)


def test_drawn_ids_stay_within_the_vocabulary_and_its_ends(drawn: Drawn) -> None:
    tokens = Tokens(
        tokenizer=drawn, names=("input_ids", "attention_mask"), lengths=Lengths(longest=12)
    )
    samples = tokens.calibration() + tokens.evaluation()
    ids = np.concatenate([sample["input_ids"].ravel() for sample in samples])

    assert (ids.min(), ids.max()) >= (0, 10)
    assert ids.max() < 50
    assert {int(sample["input_ids"][0, 0]) for sample in samples} == {1}
    assert max(sample["input_ids"].shape[1] for sample in samples) == 12


def test_masks_say_which_ids_are_padding(drawn: Drawn) -> None:
    tokens = Tokens(
        tokenizer=drawn, names=("input_ids", "attention_mask"), lengths=Lengths(longest=64)
    )
    pair = tokens.batch(["one word", sentences.SENTENCES[8]])

    assert pair["attention_mask"].sum(axis=1)[0] < pair["attention_mask"].shape[1]
    assert np.all(pair["input_ids"][pair["attention_mask"] == 0] == 0)


def test_a_fixed_length_pads_and_cuts_every_text_to_it(drawn: Drawn) -> None:
    lengths = Lengths(longest=64, fixed=10)
    tokens = Tokens(tokenizer=drawn, names=("input_ids",), lengths=lengths)

    assert {sample["input_ids"].shape for sample in tokens.evaluation()} == {(1, 10)}


def test_some_samples_are_padded_so_that_masks_matter(drawn: Drawn) -> None:
    tokens = Tokens(tokenizer=drawn, names=("attention_mask",), lengths=Lengths(longest=64))
    padded = [not sample["attention_mask"].all() for sample in tokens.evaluation()]

    assert any(padded)
    assert not all(padded)
