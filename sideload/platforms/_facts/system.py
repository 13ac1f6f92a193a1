"""What the device is, and what its kernel counts: names, memory, space, time and load."""

import re
from collections.abc import Mapping
from typing import Final

from sideload.facts import Load, Program
from sideload.platforms._facts import numbers
from sideload.platforms._facts.sections import shown

_PROPERTY: Final = re.compile(r"\[ro\.([^\]]{1,100})\]: \[(.*)\]\s*")
_MEMORY: Final = re.compile(r"(\w+):\s+(\d{1,15}) kB\s*")
# Blocks, used, available, and then the only number with a percent sign.
_SPACE: Final = re.compile(r"\s\d+\s+\d+\s+(\d{1,15})\s+\d+%\s")
_KIB: Final = 1024
_BOOT: Final = re.compile(r"[0-9a-f-]{36}")
_TIMES: Final = re.compile(r"(\d{1,10}) (\d{1,18}) (\d{1,18}) (.*)")
_MOST_PROGRAMS: Final = 5
_LEAST_SHARE: Final = 0.01
_AVERAGES: Final = 3
# The fields of `/proc/stat`: those in which a core has nothing to do, and those counted twice.
_IDLE: Final = (3, 4)
_COUNTED: Final = 8


def properties(lines: list[str]) -> Mapping[str, str]:
    """Properties by name, without their `ro.`."""
    found = (_PROPERTY.fullmatch(line) for line in lines)
    return {match[1]: shown(match[2]) for match in found if match and match[2].strip()}


def soc(table: Mapping[str, str], kernel: str) -> str:
    """The chip's name: with its maker where the phone tells both, else as the kernel calls it."""
    maker, model = table.get("soc.manufacturer", ""), table.get("soc.model", "")
    if model:
        return model if model.startswith(maker) else shown(f"{maker} {model}")
    return table.get("board.platform") or kernel or table.get("hardware", "")


def system(table: Mapping[str, str]) -> str:
    """Android's version, with its number for programs."""
    release, sdk = table.get("build.version.release", ""), table.get("build.version.sdk", "")
    if not release:
        return ""
    return shown(f"Android {release} (API {sdk})" if sdk else f"Android {release}")


def abis(table: Mapping[str, str]) -> tuple[str, ...]:
    """Instruction sets, the best first."""
    listed = table.get("product.cpu.abilist") or table.get("product.cpu.abi", "")
    return tuple(word.strip() for word in listed.split(",") if word.strip())


def memory(lines: list[str]) -> tuple[int | None, int | None]:
    """Bytes of memory there are, and that a program could have."""
    found = (_MEMORY.fullmatch(line.strip()) for line in lines)
    table = {match[1]: int(match[2]) * _KIB for match in found if match}
    total, free = table.get("MemTotal"), table.get("MemAvailable", table.get("MemFree"))
    return total or None, free


def space(lines: list[str]) -> int | None:
    """Bytes free, as `df` says."""
    found = [match for line in lines if (match := _SPACE.search(f" {line} "))]
    return int(found[-1][1]) * _KIB if found else None


def boot_id(text: str) -> str:
    """The kernel's name for the time since it started."""
    return text if _BOOT.fullmatch(text) else ""


def uptime_s(text: str) -> float | None:
    """Seconds since it started."""
    return numbers.real(text.partition(" ")[0])


def load(before: list[str], after: list[str], averages: list[str]) -> Load:
    """What happened between two looks at all the counters."""
    known = _averages(averages)
    start, end = _ticks(before), _ticks(after)
    if start is None or end is None or end[0] <= start[0]:
        return Load(averages=known)
    ticks, idle = end[0] - start[0], end[1] - start[1]
    return Load(
        busy=round(min(1.0, max(0.0, 1 - idle / ticks)), 3),
        programs=_busiest(_programs(before), _programs(after), ticks),
        averages=known,
    )


def _averages(lines: list[str]) -> tuple[float, ...]:
    words = "".join(lines[:1]).split()[:_AVERAGES]
    found = [number for word in words if (number := numbers.real(word)) is not None]
    return tuple(found) if len(found) == _AVERAGES else ()


def _ticks(lines: list[str]) -> tuple[int, int] | None:
    """Ticks of all cores, and those of them in which there was nothing to do."""
    name, *rest = lines[0].split() if lines else [""]
    fields = [numbers.whole(word) for word in rest[:_COUNTED]]
    known = [field for field in fields if field is not None]
    if name != "cpu" or len(known) <= max(_IDLE) or len(known) != len(fields):
        return None
    return sum(known), sum(known[index] for index in _IDLE)


def _programs(lines: list[str]) -> dict[str, tuple[str, int]]:
    """Name and ticks by number; a thread of the kernel may change its name at any time."""
    found = (_TIMES.fullmatch(line) for line in lines)
    return {match[1]: (match[4], int(match[2]) + int(match[3])) for match in found if match}


def _busiest(
    before: Mapping[str, tuple[str, int]], after: Mapping[str, tuple[str, int]], ticks: int
) -> tuple[Program, ...]:
    spent: dict[str, int] = {}
    for number, (name, now) in after.items():
        # What was not there before has started since; all its time counts.
        used = max(0, now - before.get(number, ("", 0))[1])
        spent[shown(name)] = spent.get(shown(name), 0) + used
    shares = {name: round(min(1.0, used / ticks), 3) for name, used in spent.items()}
    order = sorted(shares, key=lambda name: (-shares[name], name))[:_MOST_PROGRAMS]
    return tuple(Program(name=n, share=shares[n]) for n in order if shares[n] >= _LEAST_SHARE)


def page_bytes(lines: list[str]) -> int | None:
    """The size of a page of memory."""
    return numbers.positive("".join(lines[:1]))
