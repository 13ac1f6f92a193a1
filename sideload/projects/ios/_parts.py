"""What is put into a project file, as text that can be found again and taken out to the byte."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from sideload.errors import EditedError
from sideload.projects.ios._openstep import Comment, Items, Pair, Table, Text
from sideload.projects.ios._xcode import Project, read

FLAGS: Final = "OTHER_LDFLAGS"
IDENTITY: Final = re.compile("[0-9A-F]{24}")
REMEDY: Final = "undo the edit, or remove those lines in Xcode; then the same command again"

# A property list as it is written: a string is text that needs no quotes, or has them.
Written: TypeAlias = "str | list[str] | dict[str, Written]"


@dataclass(frozen=True, kw_only=True)
class Part:
    """One piece of text that was put in, in place of `was`.

    `cores` are what of it is ours for sure: a list that was made for our entry may hold another
    entry by now. `within` is the id of the object that it is in, as text without an id of ours is
    found only by that; it is empty for the whole file.
    """

    text: str
    was: str = ""
    cores: tuple[str, ...] = ()
    within: str = ""


@dataclass(frozen=True, kw_only=True)
class Edit:
    """A part, and the place in the text where it goes; `part.was` stands there."""

    place: int
    part: Part


def applied(text: str, edits: Sequence[Edit]) -> str:
    """`text` with all edits made; those at one place follow one another in their order."""
    pieces: list[str] = []
    done = 0
    for edit in sorted(edits, key=lambda edit: edit.place):
        pieces += [text[done : edit.place], edit.part.text]
        done = edit.place + len(edit.part.was)
    return "".join([*pieces, text[done:]])


def taken(text: str, name: str, parts: Sequence[Part]) -> str:
    """`text` without the parts.

    Raises:
        EditedError: One of them is not as it was put in; with its line.
        ProjectError: It is no project any more.
    """
    inside = [part for part in parts if part.within]
    places = read(text, name).objects if inside else {}
    gone = next((part.within for part in inside if part.within not in places), "")
    if gone:
        raise EditedError(
            f"{name}: somebody removed the object {gone}, which was added to", remedy=REMEDY
        )
    # All of them are looked at before any is taken, so that lines are those of the file.
    for part in parts:
        place = places.get(part.within)
        within = (place.start, place.end) if place else (0, len(text))
        if not _is_whole(text, part, within):
            raise _edited(text, name, part, within)
    # From the last object to the first, so that the places of the others stay what they are.
    for one in sorted({part.within for part in inside}, key=lambda one: -places[one].start):
        start, end = places[one].start, places[one].end
        for part in reversed([each for each in inside if each.within == one]):
            before = len(text)
            text = _without(text, part, (start, end))
            end += len(text) - before
    for part in reversed([part for part in parts if not part.within]):
        text = _without(text, part, (0, len(text)))
    return text


def _is_whole(text: str, part: Part, within: tuple[int, int]) -> bool:
    if text.count(part.text, *within) == 1:
        return True
    return bool(part.cores) and all(text.count(core, *within) == 1 for core in part.cores)


def _without(text: str, part: Part, within: tuple[int, int]) -> str:
    start, end = within
    if text.count(part.text, start, end) == 1:
        return text[:start] + text[start:end].replace(part.text, part.was) + text[end:]
    kept = text[start:end]
    for core in part.cores:
        kept = kept.replace(core, "")
    return text[:start] + kept + text[end:]


def _edited(text: str, name: str, part: Part, within: tuple[int, int]) -> EditedError:
    """Names the line from which on it is not what was put in."""
    ours = (part.cores or (part.text,))[0].strip()
    found = IDENTITY.search(ours)
    anchor = found[0] if found else FLAGS
    # The id of an object stands where it is, and in lists.
    places = [
        each.start()
        for each in re.compile(anchor).finditer(text, *within)
        if ("= {" in text[each.start() : text.find("\n", each.start())]) == ("= {" in ours)
    ]
    alike = [(_alike(text, place, ours), place) for place in places]
    length, place = max(alike, default=(0, within[0]))
    line = text.count("\n", 0, place + length) + 1
    told = ours.splitlines()[0]
    return EditedError(
        f"{name}, line {line}: somebody changed what was added there: {told}", remedy=REMEDY
    )


def _alike(text: str, place: int, ours: str) -> int:
    """How many characters from `place` on are as in `ours`."""
    pairs = zip(text[place : place + len(ours)], ours, strict=False)
    return next((count for count, (one, two) in enumerate(pairs) if one != two), len(ours))


def rendered(value: Written, lead: str | None, newline: str) -> str:
    """A value as Xcode writes it, on lines that begin with `lead`; None is all on one line."""
    if isinstance(value, str):
        return value
    inner = None if lead is None else f"{lead}\t"
    before = "" if inner is None else inner
    after = " " if inner is None else newline
    if isinstance(value, list):
        body = "".join(f"{before}{item},{after}" for item in value)
        return f"({'' if lead is None else newline}{body}{lead or ''})"
    body = "".join(
        f"{before}{key} = {rendered(held, inner, newline)};{after}" for key, held in value.items()
    )
    return f"{{{'' if lead is None else newline}{body}{lead or ''}}}"


def pair(project: Project, table: Table, key: str, value: Written) -> Edit:
    """Puts `key` into a table, before the first key that follows it in the alphabet.

    A list is one that was made for its entries alone.
    """
    keys = [each for each in table.pairs if each.key.value != "isa"]
    following: Pair | None = next((each for each in keys if each.key.value > key), None)
    place, lead = _before(project, table, following.key.start if following else None)
    text = f"{key} = {rendered(value, lead, project.newline)};"
    cores: tuple[str, ...] = ()
    if isinstance(value, list):
        inner = "" if lead is None else f"{lead}\t"
        ours = [item for item in value if "inherited" not in item]
        cores = tuple(_line(item, inner or None, ",", project.newline) for item in ours)
    return Edit(place=place, part=Part(text=_line(text, lead, "", project.newline), cores=cores))


def item(project: Project, items: Items, text: str) -> Edit:
    """Puts an entry at the end of a list."""
    place, lead = _before(project, items, None)
    # The last of the list may stand there without a comma.
    needs = bool(items.items) and "," not in _uncommented(project, items.items[-1].end, place)
    if needs:
        place = items.items[-1].end
        return Edit(place=place, part=Part(text=f", {text}"))
    return Edit(place=place, part=Part(text=_line(text, lead, ",", project.newline)))


def replaced(project: Project, value: Text, written: str) -> Edit:
    """Another string in the place of `value`."""
    return Edit(
        place=value.start, part=Part(text=written, was=project.text[value.start : value.end])
    )


def _line(text: str, lead: str | None, mark: str, newline: str) -> str:
    return f"{text}{mark} " if lead is None else f"{lead}{text}{mark}{newline}"


def _before(project: Project, holder: Table | Items, place: int | None) -> tuple[int, str | None]:
    """Where a new line goes, and what it begins with; None where everything is on one line."""
    text = project.text
    if place is not None:
        start, lead = _line_start(text, place)
        return (start, lead) if lead is not None else (place, None)
    closing = holder.end - 1
    start, lead = _line_start(text, closing)
    return (start, f"{lead}\t") if lead is not None else (closing, None)


def _line_start(text: str, place: int) -> tuple[int, str | None]:
    start = max(text.rfind("\n", 0, place), text.rfind("\r", 0, place)) + 1
    lead = text[start:place]
    return start, lead if not lead.strip(" \t") else None


def _uncommented(project: Project, start: int, end: int) -> str:
    inside: list[Comment] = [c for c in project.file.comments if start <= c.start < end]
    text = project.text[start:end]
    for comment in reversed(inside):
        text = text[: comment.start - start] + text[comment.end - start :]
    return text
