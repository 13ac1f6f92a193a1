"""What a test needs from this machine: a skip that says why, or a failure where all is promised.

`SIDELOAD_REQUIRE=all` is set where every tool ought to be installed, so that a test can never be
left out there without somebody noticing.
"""

import os
from typing import Final

import pytest

VARIABLE: Final = "SIDELOAD_REQUIRE"


def require(condition: bool, reason: str) -> None:
    """Go on where `condition` holds; else skip, or fail where `SIDELOAD_REQUIRE=all`.

    `reason` says what is missing and how to get it.
    """
    if condition:
        return
    if os.environ.get(VARIABLE) == "all":
        pytest.fail(f"{reason} ({VARIABLE}=all, so this test must run)", pytrace=False)
    pytest.skip(reason)
