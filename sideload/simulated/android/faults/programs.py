"""Faults of the programs that a phone has, and of what they say."""

from collections.abc import Mapping
from typing import Final

from sideload.simulated.android.faults.fault import Fault

_LIE: Final = r"""#!/bin/sh
@sha256sum@ "$@" | @sed@ 's/^\(\\\{0,1\}\)[0-9a-f]\{8\}/\1deadbeef/'
"""
_GARBAGE: Final = r"""#!/bin/sh
printf 'NaN\n\377\376\000-1e999 \n[]: []\n[ro.product.model]: [\033[31m\n'
"""
# What a phone is like is in its properties, which the services read.
_SAYS: Final = """#!/bin/sh
case "${1-}" in
    %s) echo %s ;;
    *) exec @original@ "$@" ;;
esac
"""


class WrongHash(Fault):
    """Its `sha256sum` answers, and lies."""

    name = "wrong-hash"

    def programs(self) -> Mapping[str, str | None]:
        """The host's own, with the first digits of each hash overwritten."""
        return {"sha256sum": _LIE}


class NoSha256sum(Fault):
    """Has no `sha256sum`."""

    name = "no-sha256sum"

    def programs(self) -> Mapping[str, str | None]:
        """One less."""
        return {"sha256sum": None}


class NoStat(Fault):
    """Has no `stat`, so nothing tells when a file was changed."""

    name = "no-stat"

    def programs(self) -> Mapping[str, str | None]:
        """One less."""
        return {"stat": None}


class NoDf(Fault):
    """Has no `df`, so nothing tells how much is free."""

    name = "no-df"

    def programs(self) -> Mapping[str, str | None]:
        """One less."""
        return {"df": None}


class OddFacts(Fault):
    """Answers with garbage to whoever asks what it is: `getprop`, `dumpsys` and `df`."""

    name = "odd-facts"

    def programs(self) -> Mapping[str, str | None]:
        """Numbers that are none, bytes that are no text."""
        return dict.fromkeys(("getprop", "dumpsys", "df"), _GARBAGE)


class ScreenLock(Fault):
    """Its screen is off and locked; `dumpsys power` says so."""

    name = "screen-lock"

    def programs(self) -> Mapping[str, str | None]:
        """Asleep."""
        return {"getprop": _SAYS % ("sideload.screen", "off")}


class BatterySaver(Fault):
    """Saves its battery; `dumpsys power` and `settings get global low_power` say so."""

    name = "battery-saver"

    def programs(self) -> Mapping[str, str | None]:
        """Awake, but slow."""
        return {"getprop": _SAYS % ("sideload.saver", "1")}


class Hot(Fault):
    """Is so hot that it slows down; `dumpsys thermalservice` says so."""

    name = "hot"

    def programs(self) -> Mapping[str, str | None]:
        """Status 3, which Android calls severe."""
        return {"getprop": _SAYS % ("sideload.thermal.status", "3")}
