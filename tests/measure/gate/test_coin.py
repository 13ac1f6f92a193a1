import numpy as np

from sideload.measure.gate.coin import candidate_first
from sideload.measure.gate.flips import DRAWS, Flips, enough
from sideload.measure.gate.plan import LONG, shared
from tests.measure.gate.luck import least, most

TOSSES = 4000


def _tosses(seed: str) -> list[bool]:
    return [candidate_first(seed, toss) for toss in range(TOSSES)]


def test_a_seed_that_is_logged_gives_the_same_order_again() -> None:
    # Written down, because logs of years ago are tossed again.
    assert "".join("AB"[first] for first in _tosses("a seed")[:24]) == "AAAABBBBBAAABAABABABAAAA"


def test_the_coin_is_fair_and_remembers_neither_its_last_toss_nor_another_seed() -> None:
    one, other = _tosses("one"), _tosses("other")
    again = [now == before for now, before in zip(one[1:], one, strict=False)]
    alike = [mine == theirs for mine, theirs in zip(one, other, strict=True)]

    for heads in (one, other, again, alike):
        assert least(len(heads), 0.5) <= sum(heads) <= most(len(heads), 0.5)


def test_few_pairs_are_flipped_in_every_way_there_is() -> None:
    flips = Flips(pairs=10, seed="any")
    signs = np.concatenate(list(flips.blocks()))

    assert flips.is_complete
    assert (signs[0] == 1).all()
    assert len(np.unique(signs, axis=0)) == len(signs) == flips.count == 1024


def test_many_pairs_are_flipped_by_the_seed_and_once_not_at_all() -> None:
    flips = Flips(pairs=20, seed="one")
    signs = np.concatenate(list(flips.blocks()))
    again = np.concatenate(list(flips.blocks()))
    others = np.concatenate(list(Flips(pairs=20, seed="other").blocks()))

    assert not flips.is_complete
    assert signs.shape == (DRAWS, 20)
    assert (signs[0] == 1).all()
    assert set(np.unique(signs)) == {-1.0, 1.0}
    assert np.array_equal(signs, again)
    assert not np.array_equal(signs[1:], others[1:])
    assert least(signs.size, 0.5) <= (signs == 1).sum() <= most(signs.size, 0.5) + 20


def test_a_level_that_many_models_share_gets_enough_flips_to_be_reached() -> None:
    twenty = shared(LONG, 20)

    assert enough(LONG) == DRAWS
    assert min(look.alarm for look in twenty.looks) * enough(twenty) >= 10
