"""How hypothesis is asked: the same bytes every time; to try others is the fuzzer's."""

from typing import Final

from hypothesis import HealthCheck, settings
from hypothesis import strategies as some

# On a busy machine one example may take long, which says nothing about it.
QUICK: Final = settings(
    max_examples=60,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
# Where bytes are torn.
CUTS: Final = some.lists(some.integers(0, 3000), max_size=8)
