"""The facts of a device: one command to ask it, and what its answer means.

Nothing that a device prints, or does not print, makes this fail.
"""

from collections.abc import Mapping

from sideload.facts import PhoneFacts
from sideload.platforms._facts import numbers, power, processor, system
from sideload.platforms._facts.script import command
from sideload.platforms._facts.sections import first, sections

__all__ = ["command", "parse"]


def parse(printed: bytes) -> PhoneFacts:
    """What `command` printed, as a value; whatever is missing, torn or odd in it is unknown."""
    said = sections(printed)
    table = system.properties(said["properties"])
    clusters = processor.clusters(said["frequencies"], said["kinds"])
    ram, available = system.memory(said["memory"])
    return PhoneFacts(
        model=table.get("product.model", ""),
        soc=system.soc(table, processor.name(said["kinds"])),
        system=system.system(table),
        kernel=first(said["kernel"]),
        abis=system.abis(table),
        page_bytes=numbers.positive(first(said["page"])),
        cores=processor.count(said["possible"]),
        cores_online=processor.count(said["online"]),
        clusters=clusters,
        features=processor.features(said["features"]),
        ram_bytes=ram,
        available_bytes=available,
        thermal_status=power.thermal_status(said["thermal"]),
        zones=power.zones(said["thermal"], said["zones"]),
        battery=power.battery(said["battery"], said["supply"]),
        saves_power=power.saves_power(said["power"], said["saver"]),
        screen=power.screen(said["power"], said["display"]),
        free_bytes=system.space(said["space"]),
        load=system.load(said["before"], said["after"], said["averages"]),
        boot_id=system.boot_id(first(said["boot"])),
        uptime_s=system.uptime_s(first(said["uptime"])),
        clock_s=numbers.positive(first(said["clock"])),
        selinux=first(said["selinux"]),
        unknown=_unknown(said),
    )


def _unknown(said: Mapping[str, list[str]]) -> tuple[str, ...]:
    return tuple(name for name, lines in said.items() if not lines)
