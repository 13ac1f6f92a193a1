"""Many verdicts at once: what stays true of a whole family of models, or of metrics."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from scipy import stats

from sideload.errors import FiguresError
from sideload.measure.gate.pairs import REMEDY, Floats
from sideload.measure.gate.plan import FALSE_ALARMS, Rules
from sideload.measure.gate.verdict import Verdict, Word

FALSE_DISCOVERIES: Final = 0.05


def holm(p_values: Sequence[float]) -> Floats:
    """Holm's adjusted p-values: those at most 1 % are true together, but in 1 % of all families.

    Raises:
        FiguresError: One of them is no probability.
    """
    given = _probabilities(p_values)
    order = np.argsort(given, kind="stable")
    factors = np.arange(len(given), 0, -1)
    adjusted = np.empty_like(given)
    adjusted[order] = np.minimum(np.maximum.accumulate(given[order] * factors), 1.0)
    return adjusted


def discoveries(p_values: Sequence[float]) -> tuple[bool, ...]:
    """Which are worth a warning: of those, 5 % at most are false on average (Benjamini-Hochberg).

    Raises:
        FiguresError: One of them is no probability.
    """
    given = _probabilities(p_values)
    if not given.size:
        return ()
    return tuple(bool(p <= FALSE_DISCOVERIES) for p in stats.false_discovery_control(given))


def settled(verdicts: Mapping[str, Verdict], rules: Rules) -> Mapping[str, Verdict]:
    """The verdicts of a family of models, of which 1 % of all families has a false alarm.

    Where the plan of each was `plan.shared` among them, none is taken back; what was NOISY alone
    may have become certain, because the others leave it more of the error.
    """
    names = [name for name, verdict in verdicts.items() if verdict.word != "INCOMPARABLE"]
    adjusted = holm([verdicts[name].p for name in names])
    found = {
        name: _settled(verdicts[name], float(p), rules)
        for name, p in zip(names, adjusted, strict=True)
    }
    return {name: found.get(name, verdict) for name, verdict in verdicts.items()}


def _settled(verdict: Verdict, p: float, rules: Rules) -> Verdict:
    word = verdict.word
    if word in {"REGRESSED", "IMPROVED"} and p > FALSE_ALARMS:
        word = "NOISY"
    elif word == "NOISY" and p <= FALSE_ALARMS:
        word = _changed(verdict, rules)
    return replace(verdict, word=word, p=p)


def _changed(verdict: Verdict, rules: Rules) -> Word:
    ratio = verdict.ratio.value if verdict.ratio else 1.0
    if ratio >= 1 + rules.floor:
        return "REGRESSED"
    return "IMPROVED" if ratio <= 1 / (1 + rules.floor) else "NOISY"


def _probabilities(p_values: Sequence[float]) -> Floats:
    given = np.asarray(p_values, dtype=np.float64)
    bad = given[~((given >= 0) & (given <= 1))]
    if bad.size:
        raise FiguresError(f"{bad[0]} is no probability", remedy=REMEDY)
    return given
