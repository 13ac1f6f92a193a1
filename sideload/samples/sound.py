"""Sound made to be like speech: a buzzing voice through moving formants, in syllables.

No recording ships with the project. This is not speech, but unlike noise or a chirp it has what a
speech model looks at: harmonics of a changing pitch, formants, hisses, and silence.
"""

from typing import Any, Final, TypeAlias

import numpy as np

Wave: TypeAlias = np.ndarray[Any, np.dtype[np.float32]]
# First three formants of five vowels, in hertz, and how far each resonance rings, in hertz.
VOWELS: Final = (
    (730, 1090, 2440),
    (270, 2290, 3010),
    (300, 870, 2240),
    (530, 1840, 2480),
    (570, 840, 2410),
)
BANDWIDTHS_HZ: Final = (80, 110, 160)
SYLLABLE_S: Final = 0.22
HARMONICS: Final = 24
POINTS: Final = 40
DATA: Final = "synthesised speech-like sound (voiced syllables, hisses, pauses), not recordings"


def speech_like(seconds: float, rate_hz: int, seed: int) -> Wave:
    """A mono waveform within ±0.5, the same for the same arguments."""
    generator = np.random.default_rng(seed)
    total = round(seconds * rate_hz)
    length = round(SYLLABLE_S * rate_hz)
    pieces = [_syllable(generator, length, rate_hz) for _ in range(total // length + 1)]
    wave = np.concatenate(pieces)[:total]
    wave = wave / (np.abs(wave).max() + 1e-9) * 0.5
    hum = generator.normal(scale=1e-3, size=total)  # digital silence is rarer than a quiet room
    return np.asarray(wave + hum, dtype=np.float32)


def _syllable(
    generator: np.random.Generator, length: int, rate_hz: int
) -> np.ndarray[Any, np.dtype[np.float64]]:
    """One syllable: a pause, a hiss, or a vowel that glides into another on a falling pitch."""
    time_s = np.arange(length) / rate_hz
    envelope = np.sin(np.pi * np.arange(length) / length) ** 0.7
    choice = generator.random()
    if choice < 0.15:  # noqa: PLR2004 - one syllable in seven is a pause
        return np.zeros(length)
    if choice < 0.3:  # noqa: PLR2004 - and as many are a hiss
        hiss = np.diff(generator.normal(size=length + 1))
        return np.asarray(0.15 * envelope * hiss)
    first, last = (np.array(VOWELS[index]) for index in generator.integers(len(VOWELS), size=2))
    pitch_hz = generator.uniform(90, 240) * np.linspace(1.1, 0.85, length)
    phase = 2 * np.pi * np.cumsum(pitch_hz) / rate_hz
    # Formants move slowly, so loudness is worked out at a few points and drawn between them.
    points = np.linspace(0, 1, POINTS)
    glide = np.outer(1 - points, first) + np.outer(points, last)
    place = np.linspace(0, 1, length)
    voice = np.zeros(length)
    for harmonic in range(1, HARMONICS + 1):
        at_hz = harmonic * np.interp(points, place, pitch_hz)
        rings = 1 / (1 + ((at_hz[:, None] - glide) / np.array(BANDWIDTHS_HZ)) ** 2)
        loudness = rings.sum(axis=1) * (at_hz < rate_hz / 2) / harmonic
        voice += np.interp(place, points, loudness) * np.sin(harmonic * phase)
    return np.asarray(envelope * voice * (1 + 0.1 * np.sin(2 * np.pi * 5 * time_s)))
