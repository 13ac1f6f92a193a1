"""What makes a measurement doubtful: a pure function of the device's facts before and after it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from sideload.facts import Cluster, PhoneFacts, Zone

STATUSES: Final = ("none", "light", "moderate", "severe", "critical", "emergency", "shutdown")
# Below this, phones let their cores do less; and what charges then is warm besides.
LOW_PERCENT: Final = 20.0
HOT_BATTERY: Final = 40.0
# Of all cores. One busy core of eight is enough to move what runs beside it.
BUSY: Final = 0.15
# Frequencies are rounded by some kernels.
HELD_BACK: Final = 0.98
SHORT_OF_MEMORY: Final = 0.05
KHZ_PER_GHZ: Final = 1e6
# Thermometers by what they are near to: the first of these words that one is called by.
SKIN: Final = ("skin", "quiet", "xo", "board", "shell")


# Every kind of doubt, and when it is said.
KINDS: Final[Mapping[str, str]] = {
    "restart": "the device restarted between the two looks",
    "heat": "Android's thermal status was above 0 (none), or the battery had "
    f"{HOT_BATTERY:g} °C or more",
    "frequency": "cores may not run at their highest frequency: `scaling_max_freq` is below "
    "`cpuinfo_max_freq`",
    "saver": "the battery saver was on",
    "battery": f"the battery held less than {LOW_PERCENT:g} %, charged or not; or a cable came or "
    "went meanwhile",
    "cores": "cores were switched off",
    "load": f"other programs used {100 * BUSY:g} % or more of all cores, in a fifth of a second in "
    "which nothing was asked of it",
    "memory": f"less than {100 * SHORT_OF_MEMORY:g} % of the memory was free",
    "screen": "the screen went on or off meanwhile",
}


@dataclass(frozen=True, kw_only=True)
class Doubt:
    """One reason not to trust a figure: its kind, which is one word, and a sentence's end."""

    kind: str
    said: str


Moments: TypeAlias = tuple[tuple[str, PhoneFacts], ...]


def doubts(before: PhoneFacts | None, after: PhoneFacts | None) -> tuple[Doubt, ...]:
    """Every reason that the facts give; none where nothing is known, because nobody asked."""
    moments: Moments = tuple(
        (when, facts)
        for when, facts in (("beforehand", before), ("afterwards", after))
        if facts is not None
    )
    found = [doubt for rule in _RULES for doubt in rule(moments)]
    return tuple({doubt.kind: doubt for doubt in reversed(found)}.values())[::-1]


def hottest(facts: PhoneFacts) -> Zone | None:
    """The thermometer that shows most."""
    return max(facts.zones, key=lambda zone: zone.celsius, default=None)


def skin(facts: PhoneFacts) -> Zone | None:
    """The thermometer nearest to the phone's skin, by which it decides to hold back."""
    named = [(zone.name.lower(), zone) for zone in facts.zones]
    return next((zone for word in SKIN for name, zone in named if word in name), None)


def is_held_back(cluster: Cluster) -> bool:
    """May these cores not run as fast as they can?"""
    most, cap = cluster.max_khz, cluster.cap_khz
    return most is not None and cap is not None and cap < HELD_BACK * most


def _thermal(moments: Moments) -> Iterator[Doubt]:
    for when, facts in moments:
        if facts.thermal_status:
            yield Doubt(kind="heat", said=f"it throttled ({STATUSES[facts.thermal_status]}) {when}")
    for when, facts in moments:
        if (degrees := facts.battery.celsius) is not None and degrees >= HOT_BATTERY:
            yield Doubt(kind="heat", said=f"its battery had {degrees:.1f} °C {when}")


def _battery(moments: Moments) -> Iterator[Doubt]:
    for when, facts in moments:
        percent = facts.battery.percent
        if percent is not None and percent < LOW_PERCENT:
            doing = "was charged from" if facts.battery.is_charging else "was down to"
            yield Doubt(kind="battery", said=f"its battery {doing} {percent:g} % {when}")
    words = [facts.battery.is_plugged for _, facts in moments]
    if len({word for word in words if word is not None}) > 1:
        yield Doubt(kind="battery", said="it was plugged in or unplugged meanwhile")


def _saver(moments: Moments) -> Iterator[Doubt]:
    for when, facts in moments:
        if facts.saves_power:
            yield Doubt(kind="saver", said=f"its battery saver was on {when}")


def _cap(moments: Moments) -> Iterator[Doubt]:
    for when, facts in moments:
        for cluster in filter(is_held_back, facts.clusters):
            said = f"{cores(cluster)} {'was' if len(cluster.cores) == 1 else 'were'} held at"
            cap, most = cluster.cap_khz or 0, cluster.max_khz or 0
            speeds = f"{cap / KHZ_PER_GHZ:.2f} of {most / KHZ_PER_GHZ:.2f} GHz"
            yield Doubt(kind="frequency", said=f"{said} {speeds} {when}")


def cores(cluster: Cluster) -> str:
    """The cores of a cluster in words, such as `cores 4-7`."""
    first, last = cluster.cores[0], cluster.cores[-1]
    if first == last:
        return f"core {first}"
    is_row = last - first + 1 == len(cluster.cores)
    return f"cores {first}-{last}" if is_row else "cores " + ",".join(map(str, cluster.cores))


def _offline(moments: Moments) -> Iterator[Doubt]:
    for when, facts in moments:
        if facts.cores and facts.cores_online and facts.cores_online < facts.cores:
            off = facts.cores - facts.cores_online
            were = "was" if off == 1 else "were"
            yield Doubt(kind="cores", said=f"{off} of its {facts.cores} cores {were} off {when}")


def _screen(moments: Moments) -> Iterator[Doubt]:
    words = [facts.screen for _, facts in moments if facts.screen]
    if len(set(words)) > 1:
        yield Doubt(kind="screen", said=f"its screen went from {words[0]} to {words[-1]} meanwhile")


def _load(moments: Moments) -> Iterator[Doubt]:
    for when, facts in moments:
        busy = facts.load.busy
        if busy is not None and busy >= BUSY:
            most = next((f", above all {each.name}," for each in facts.load.programs), "")
            said = f"other programs{most} used {100 * busy:.0f} % of its processor {when}"
            yield Doubt(kind="load", said=said)


def _memory(moments: Moments) -> Iterator[Doubt]:
    for when, facts in moments:
        available, ram = facts.available_bytes, facts.ram_bytes
        if available is not None and ram and available < SHORT_OF_MEMORY * ram:
            free = f"{100 * available / ram:.0f} %"
            yield Doubt(kind="memory", said=f"only {free} of its memory was free {when}")


def _restart(moments: Moments) -> Iterator[Doubt]:
    boots = {facts.boot_id for _, facts in moments if facts.boot_id}
    uptimes = [facts.uptime_s for _, facts in moments if facts.uptime_s is not None]
    if len(boots) > 1 or uptimes != sorted(uptimes):
        yield Doubt(kind="restart", said="it restarted meanwhile")


# In the order in which they matter; of each kind the first is kept.
_RULES: Final[tuple[Callable[[Moments], Iterator[Doubt]], ...]] = (
    *(_restart, _thermal, _cap, _saver, _battery, _offline, _load, _memory, _screen),
)
