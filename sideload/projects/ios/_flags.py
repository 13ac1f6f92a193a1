"""What the linker of an app is told, beside what it is told already."""

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from sideload.errors import ProjectError
from sideload.projects.ios import _parts
from sideload.projects.ios._openstep import Items, Table, Text, Value
from sideload.projects.ios._parts import FLAGS, Edit, Written
from sideload.projects.ios._xcode import Object, Project

BARE: Final = re.compile(r"[A-Za-z0-9_./$]+")


def edits(project: Project, target: Object, flags: Sequence[str]) -> list[Edit]:
    """What adds each of `flags` that is missing to every configuration of a target.

    Raises:
        ProjectError: The settings are not as Xcode writes them.
    """
    found: list[Edit] = []
    for configuration in project.configurations(target):
        settings = configuration.table.get("buildSettings")
        if not isinstance(settings, Table):
            raise strange(project, configuration, "buildSettings")
        held = settings.get(FLAGS)
        missing = [flag for flag in flags if flag not in _words(held)]
        if missing:
            each = _flag_edits(project, settings, held, missing)
            found += [_within(edit, configuration.id) for edit in each]
    return found


def _flag_edits(
    project: Project, settings: Table, held: Value | None, missing: Sequence[str]
) -> list[Edit]:
    if held is None:
        # What a .xcconfig or the project says goes on, as with CocoaPods.
        value: Written = [quoted("$(inherited)"), *map(quoted_flag, missing)]
        return [_parts.pair(project, settings, FLAGS, value)]
    if isinstance(held, Items):
        return [_parts.item(project, held, quoted_flag(flag)) for flag in missing]
    if isinstance(held, Text):
        return [_parts.replaced(project, held, quoted_flag(" ".join([held.value, *missing])))]
    raise ProjectError(
        f"{project.name}:{project.line(held.start)}: {FLAGS} is neither text nor a list",
        remedy="open the project in Xcode and set Other Linker Flags again",
    )


def quoted_flag(text: str) -> str:
    """A flag as Xcode writes it: what has a hyphen or a bracket in it is quoted."""
    return text if re.fullmatch(r"[A-Za-z0-9_./]+", text) else json.dumps(text, ensure_ascii=False)


def _words(held: Value | None) -> list[str]:
    if isinstance(held, Text):
        return held.value.split()
    if isinstance(held, Items):
        return [one.value for one in held.items if isinstance(one, Text)]
    return []


def _within(edit: Edit, owner: str) -> Edit:
    return replace(edit, part=replace(edit.part, within=owner))


def quoted(text: str) -> str:
    """`text` as a property list has it."""
    return text if BARE.fullmatch(text) and "//" not in text else json.dumps(text)


def strange(project: Project, owner: Object, key: str) -> ProjectError:
    """What to say of an object that no Xcode has written."""
    return ProjectError(
        f"{project.name}:{project.line(owner.start)}: {key} is not as Xcode writes it",
        remedy="open the project in Xcode, which mends or explains it",
    )
