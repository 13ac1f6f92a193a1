"""Cores: how many, of which kind, how fast, and what they can do."""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from sideload.facts import Cluster
from sideload.platforms._facts import numbers
from sideload.platforms._facts.sections import files, shown

_CORE: Final = re.compile(r"/cpu(\d{1,4})/")
_MOST_CORES: Final = 1024
# Implementer and part as the kernel prints them. Arm's own, then those that Qualcomm changed.
_KINDS: Final[Mapping[tuple[int, int], str]] = {
    **{
        (0x41, part): f"Cortex-{name}"
        for part, name in {
            0xD03: "A53",
            0xD04: "A35",
            0xD05: "A55",
            0xD07: "A57",
            0xD08: "A72",
            0xD09: "A73",
            0xD0A: "A75",
            0xD0B: "A76",
            0xD0D: "A77",
            0xD41: "A78",
            0xD44: "X1",
            0xD46: "A510",
            0xD47: "A710",
            0xD48: "X2",
            0xD4D: "A715",
            0xD4E: "X3",
            0xD80: "A520",
            0xD81: "A720",
            0xD82: "X4",
            0xD85: "X925",
            0xD87: "A725",
        }.items()
    },
    **{
        (0x51, part): name
        for part, name in {
            0x001: "Oryon",
            0x800: "Kryo 2xx gold",
            0x801: "Kryo 2xx silver",
            0x802: "Kryo 3xx gold",
            0x803: "Kryo 3xx silver",
            0x804: "Kryo 4xx gold",
            0x805: "Kryo 4xx silver",
        }.items()
    },
}
# What kernels for models choose by: the kernel's name of it, and its maker's where they differ.
_FEATURES: Final[Mapping[str, str]] = {
    "asimd": "neon",
    "fphp": "fp16",
    "asimdhp": "fp16",
    "asimddp": "dotprod",
    "bf16": "bf16",
    "i8mm": "i8mm",
    "sve": "sve",
    "sve2": "sve2",
    "sme": "sme",
    "sme2": "sme2",
    "avx": "avx",
    "avx2": "avx2",
    "fma": "fma",
    "f16c": "f16c",
    "avx512f": "avx512f",
    "avx512_vnni": "avx512_vnni",
    "avx512_bf16": "avx512_bf16",
    "avx_vnni": "avx_vnni",
    "amx_int8": "amx_int8",
}


def features(lines: list[str]) -> tuple[str, ...]:
    """What the cores can do beyond the least, in a fixed order."""
    words = {word for line in lines for word in line.partition(":")[2].split()}
    return tuple(dict.fromkeys(ours for theirs, ours in _FEATURES.items() if theirs in words))


def count(lines: list[str]) -> int | None:
    """How many cores a list such as `0-3,5` names."""
    total = 0
    for part in "".join(lines[:1]).strip().split(","):
        low, _, high = part.partition("-")
        start, end = numbers.whole(low), numbers.whole(high or low)
        if start is None or end is None or not 0 <= start <= end < _MOST_CORES:
            return None
        total += end - start + 1
    return total


def name(lines: list[str]) -> str:
    """What the kernel calls the whole processor; empty where it has no name for it."""
    for wanted in ("Hardware", "model name"):
        for line in lines:
            title, _, value = line.partition(":")
            if title.strip() == wanted and value.strip():
                return shown(value)
    return ""


def clusters(frequencies: list[str], kinds: list[str]) -> tuple[Cluster, ...]:
    """Cores that share a clock, or where no clock is known, that are of one kind."""
    clocks = _clocks(frequencies)
    named = _named(kinds)
    groups: dict[object, list[int]] = {}
    for core in sorted({*clocks, *named}):
        clock = clocks.get(core, {})
        together = clock.get("related_cpus") or clock.get("cpuinfo_max_freq") or named.get(core)
        groups.setdefault(together, []).append(core)
    return tuple(
        _cluster(cores, [clocks.get(core, {}) for core in cores], named)
        for cores in groups.values()
    )


def _cluster(
    cores: list[int], clocks: list[Mapping[str, str]], named: Mapping[int, str]
) -> Cluster:
    return Cluster(
        cores=tuple(cores),
        kind=named.get(cores[0], ""),
        max_khz=_most(clocks, "cpuinfo_max_freq"),
        cap_khz=_most(clocks, "scaling_max_freq"),
        now_khz=_most(clocks, "scaling_cur_freq"),
    )


def _most(clocks: Iterable[Mapping[str, str]], file: str) -> int | None:
    found = (numbers.positive(clock.get(file, "")) for clock in clocks)
    return max((khz for khz in found if khz is not None), default=None)


def _clocks(lines: list[str]) -> dict[int, Mapping[str, str]]:
    table = files(lines).items()
    found = ((_CORE.search(f"{folder}/"), texts) for folder, texts in table)
    return {int(match[1]): texts for match, texts in found if match}


def _named(lines: list[str]) -> dict[int, str]:
    """The kind of each core, from the paragraphs of `/proc/cpuinfo`."""
    found: dict[int, str] = {}
    core, maker = 0, 0
    for line in lines:
        title, _, value = (part.strip() for part in line.partition(":"))
        if title == "processor" and (number := numbers.whole(value)) is not None:
            core = number
        elif title == "CPU implementer":
            maker = _code(value)
        elif title == "CPU part" and 0 <= core < _MOST_CORES:
            part = _code(value)
            found[core] = _KINDS.get((maker, part), f"{maker:#x}/{part:#x}")
    return found


def _code(text: str) -> int:
    return int(text, 16) if re.fullmatch(r"0x[0-9a-fA-F]{1,8}", text) else 0
