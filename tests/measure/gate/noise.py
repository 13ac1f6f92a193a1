"""What a phone does to latencies: drift, heat, two speeds, offsets of processes, spikes.

A session is many fresh processes one after the other on one device. Its times are logarithms, to
which a change of the code adds a constant. The classes and their sizes are fitted to recordings.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np
from scipy import signal

from sideload.measure.gate.coin import candidate_first

Floats: TypeAlias = np.ndarray[Any, np.dtype[np.float64]]
# The fewest that a process is measured for, after its warm-up.
ITERATIONS: Final = 30
# Heat: what it tends to when working, less when held back; per process a 14th of the way there.
WARMS_TO: Final = 1.15
COOLS_BY: Final = 0.45
INERTIA: Final = 14.0
TOO_HOT: Final = 1.0
COOL_AGAIN: Final = 0.8
# A process that changes its speed may do so at each iteration.
MOVES: Final = 0.03


@dataclass(frozen=True, kw_only=True)
class Noise:
    """One class. Sizes are standard deviations of logarithms, or factors where they say so."""

    process: float = 0.01
    drift: float = 0.01
    drift_processes: float = 20.0
    trend: float = 0.0
    hot_factor: float = 1.0
    slow_share: float = 0.0
    slow_factor: float = 1.0
    stays_share: float = 1.0
    iteration: float = 0.02
    memory: float = 0.5
    spike_share: float = 0.01
    spike: float = 0.2
    spike_tail: float = 2.0


CLASSES: Final[Mapping[str, Noise]] = {
    "quiet": Noise(
        process=0.003,
        drift=0.002,
        iteration=0.006,
        memory=0.3,
        spike_share=0.003,
        spike=0.04,
        spike_tail=2.5,
    ),
    "good": Noise(process=0.008, drift=0.006, iteration=0.018, spike_share=0.008, spike=0.08),
    "typical": Noise(
        process=0.02, drift=0.02, iteration=0.04, memory=0.6, spike_share=0.015, spike=0.15
    ),
    "rough": Noise(process=0.04, drift=0.05, iteration=0.08, memory=0.7, spike_share=0.03),
    "awful": Noise(
        process=0.08,
        drift=0.1,
        iteration=0.15,
        memory=0.8,
        spike_share=0.05,
        spike=0.3,
        spike_tail=1.8,
    ),
    "offsets of processes": Noise(process=0.05, drift=0.002, iteration=0.01, memory=0.3),
    "drift": Noise(process=0.008, drift=0.08, drift_processes=15, trend=0.15, iteration=0.015),
    "throttling": Noise(hot_factor=1.35),
    "two kinds of cores": Noise(slow_share=0.25, slow_factor=1.6),
    "steps of frequency": Noise(slow_share=0.3, slow_factor=1.25, stays_share=0.3),
}


def times(
    noise: Noise,
    sessions: int,
    processes: int,
    chance: np.random.Generator,
    iterations: int = ITERATIONS,
) -> Floats:
    """Logarithms of times, of shape (sessions, processes, iterations)."""
    shape = (sessions, processes, iterations)
    slow = chance.normal(0, noise.process, shape[:2]) + _drift(noise, shape, chance)
    slow += math.log(noise.hot_factor) * _is_hot(shape, chance) if noise.hot_factor > 1 else 0
    quick = _autocorrelated(noise.iteration, noise.memory, shape, chance)
    if noise.slow_share:
        quick += math.log(noise.slow_factor) * _is_slow(noise, shape, chance)
    hit = chance.random(shape) < noise.spike_share
    quick[hit] += np.log1p(noise.spike * (1 + chance.pareto(noise.spike_tail, int(hit.sum()))))
    return np.asarray(slow[:, :, None] + quick)


def medians(noise: Noise, sessions: int, pairs: int, chance: np.random.Generator) -> Floats:
    """Each process's, of shape (sessions, 2 × pairs), in the order of time."""
    parts = [
        np.median(times(noise, size, 2 * pairs, chance), axis=2) for size in _parts(sessions, 100)
    ]
    return np.concatenate(parts)


def paired(in_time: Floats, change: float, seed: str) -> Floats:
    """The log ratios of neighbours, the coin having said which of them was the new build."""
    first, second = in_time[:, 0::2], in_time[:, 1::2]
    sides = [
        [1 if candidate_first(f"{seed} {session}", pair) else -1 for pair in range(first.shape[1])]
        for session in range(len(first))
    ]
    return np.asarray(math.log1p(change) + (first - second) * np.array(sides))


def _parts(whole: int, most: int) -> list[int]:
    return [min(most, whole - start) for start in range(0, whole, most)]


def _autocorrelated(
    size: float, memory: float, shape: tuple[int, ...], chance: np.random.Generator
) -> Floats:
    steps = chance.normal(0, size * math.sqrt(1 - memory**2), shape)
    steps[..., 0] /= math.sqrt(1 - memory**2)
    return np.asarray(signal.lfilter([1], [1, -memory], steps, axis=-1))


def _drift(noise: Noise, shape: tuple[int, int, int], chance: np.random.Generator) -> Floats:
    memory = math.exp(-1 / noise.drift_processes)
    way = chance.choice((-1.0, 1.0), (shape[0], 1))
    trend = way * noise.trend * np.linspace(0, 1, shape[1])
    return np.asarray(trend + _autocorrelated(noise.drift, memory, shape[:2], chance))


def _is_hot(shape: tuple[int, int, int], chance: np.random.Generator) -> Floats:
    heat, weather = chance.uniform(0, COOL_AGAIN, shape[0]), chance.normal(0, 0.05, shape[0])
    is_hot = np.zeros(shape[:2], dtype=bool)
    for now in range(shape[1]):
        before = is_hot[:, now - 1] if now else is_hot[:, 0]
        aim = WARMS_TO + weather - COOLS_BY * before
        heat += (aim - heat) / INERTIA + chance.normal(0, 0.01, shape[0])
        is_hot[:, now] = np.where(before, heat > COOL_AGAIN, heat > TOO_HOT)
    return is_hot.astype(np.float64)


def _is_slow(noise: Noise, shape: tuple[int, int, int], chance: np.random.Generator) -> Floats:
    """Whether each iteration runs on the slow side: of the last move before it."""
    drawn = chance.random(shape) < noise.slow_share
    stays = chance.random(shape[:2]) < noise.stays_share
    moves = (chance.random(shape) < MOVES) & ~stays[:, :, None]
    last = np.maximum.accumulate(np.where(moves, np.arange(shape[2]), 0), axis=2)
    return np.take_along_axis(drawn, last, axis=2).astype(np.float64)
