import numpy as np
from scipy import stats

from sideload.measure.gate.estimate import spread
from sideload.measure.gate.plan import LONG, SHORT, Rules
from sideload.measure.gate.verdict import FASTER, SLOWER, outcomes
from tests.measure.gate import recorded
from tests.measure.gate.luck import least, most

TIMES = 60


def test_on_recorded_noise_equal_builds_are_called_different_in_one_of_a_hundred_at_most() -> None:
    rules = Rules(plan=SHORT, margin=1e-9, floor=0.0)
    pairs = recorded.every_pair()
    alarms = sum(
        int(np.isin(codes, (SLOWER, FASTER)).sum())
        for name, ratios in pairs.items()
        for codes, _ in [outcomes(recorded.tossed(ratios, TIMES, name), rules, seed=name)]
    )

    assert len(pairs) == 18
    assert alarms <= most(TIMES * len(pairs), 0.01)


def test_on_recorded_noise_one_build_after_the_other_is_called_different_far_more_often() -> None:
    # 20 processes each, at every place where they fit.
    p = [
        stats.ttest_ind(logs[at : at + 20], logs[at + 20 : at + 40], equal_var=False).pvalue
        for logs in recorded.MEDIANS.values()
        for at in range(len(logs) - 39)
    ]

    assert sum(one <= 0.01 for one in p) > most(len(p), 0.01)


def test_a_change_of_three_per_cent_is_found_in_recorded_duets_of_a_model_of_three_ms() -> None:
    for name in ("duet_conv_t1", "duet_conv_t2"):
        ratios = recorded.tossed(recorded.PAIRS[name], TIMES, name) + np.log1p(0.03)
        codes, counts = outcomes(ratios, Rules(plan=LONG), seed=name)

        assert (codes == SLOWER).sum() >= least(TIMES, 0.9)
        assert counts.mean() <= 25


def test_recorded_duets_are_quieter_than_the_same_processes_one_after_the_other() -> None:
    for which in ("conv_t1", "conv_t2", "mlp_t1"):
        solo, duet = (recorded.PAIRS[f"{kind}_{which}"] for kind in ("solo", "duet"))

        assert spread(solo) > 2.0 * spread(duet)
