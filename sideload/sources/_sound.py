"""Sound as an audio model takes it: a normalised wave, or the logarithm of its mel spectrum."""

from typing import Any, Final, TypeAlias

import numpy as np

from sideload.errors import SourceError
from sideload.samples import sound
from sideload.sources._parts import Part

Floats: TypeAlias = np.ndarray[Any, np.dtype[np.float32]]
DATA: Final = sound.DATA
RATE_HZ: Final = 16_000
SAMPLES: Final = 4
WAVE_S: Final = 1.0
FRAMES: Final = 200  # two seconds
HOP: Final = 160  # 10 ms, as Whisper and nearly all others step
WINDOW: Final = 400
RANGE: Final = 8.0  # decades of power below the loudest that are kept
HALVES: Final = 2


def split(part: Part) -> tuple[tuple[Floats, ...], tuple[Floats, ...]]:
    """Sounds to calibrate on and to evaluate on, each with a batch axis of one.

    Raises:
        SourceError: The model takes sound in a form that is not known here.
    """
    make = _maker(part)
    return (
        tuple(make(seed) for seed in range(SAMPLES)),
        tuple(make(seed) for seed in range(SAMPLES, 2 * SAMPLES)),
    )


def _maker(part: Part) -> Any:  # noqa: ANN401 - a function from a seed to an array
    """How one sample is made from a seed, by what the configuration says of its shape."""
    config = part.config
    mels = getattr(config, "num_mel_bins", None)
    if mels is None and part.names[0] == "input_values":
        return _wave
    if mels is not None and hasattr(config, "max_source_positions"):
        frames = HALVES * config.max_source_positions
        return lambda seed: _log_mel(seed, mels, frames)[None]
    if mels is not None and hasattr(config, "max_length"):
        return lambda seed: _rows(seed, mels, config.max_length)
    mels = getattr(config, "input_feat_per_channel", None)
    if mels is not None:
        return lambda seed: _rows(seed, mels, FRAMES)
    features = getattr(config, "feature_projection_input_dim", None)
    if features is not None:
        # Two neighbouring frames side by side, as the extractors of this kind of model make them.
        shape = (1, FRAMES // 2, features)
        return lambda seed: _rows(seed, features // 2, FRAMES).reshape(shape)
    raise SourceError(
        f"{type(part.module).__name__} takes sound in a form that is not carried yet",
        remedy="write a function that returns the model with its inputs: file.py:function",
    )


def _wave(seed: int) -> Floats:
    wave = sound.speech_like(WAVE_S, RATE_HZ, seed)
    return np.asarray((wave - wave.mean()) / (wave.std() + 1e-7), dtype=np.float32)[None]


def _log_mel(seed: int, mels: int, frames: int) -> Floats:
    """Whisper's spectrogram, (mels, frames): about -1 to 1, its floor eight decades down."""
    from transformers.audio_utils import mel_filter_bank, spectrogram, window_function

    wave = sound.speech_like(frames * HOP / RATE_HZ, RATE_HZ, seed)
    filters = mel_filter_bank(
        num_frequency_bins=WINDOW // 2 + 1,
        num_mel_filters=mels,
        min_frequency=0.0,
        max_frequency=RATE_HZ / 2,
        sampling_rate=RATE_HZ,
        norm="slaney",
        mel_scale="slaney",
    )
    power = spectrogram(
        wave.astype(np.float64),
        window_function(WINDOW, "hann"),
        frame_length=WINDOW,
        hop_length=HOP,
        power=2.0,
        mel_filters=filters,
        log_mel="log10",
    )[:, :frames]
    floored = np.maximum(power, power.max() - RANGE)
    return np.asarray((floored + 4) / 4, dtype=np.float32)


def _rows(seed: int, mels: int, frames: int) -> Floats:
    """A spectrogram as (1, frames, mels), zero mean and half a standard deviation."""
    values = _log_mel(seed, mels, frames).T
    return np.asarray((values - values.mean()) / (2 * values.std() + 1e-7), dtype=np.float32)[None]
