"""What both ends of a connection can do."""

from dataclasses import dataclass

from sideload.protocols.adb.banner import Banner


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """`banner` is what the phone said of itself; `features` what both ends have."""

    banner: Banner
    features: frozenset[str]
