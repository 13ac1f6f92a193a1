"""An Xcode project, read: its targets, their settings, and where each of its objects stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sideload.errors import ProjectError
from sideload.projects.ios._openstep import File, Items, Table, Text, Value, line_of, parse

APPLICATION: Final = "com.apple.product-type.application"
PHONES: Final = frozenset({"iphoneos", "iphonesimulator", "auto"})


@dataclass(frozen=True, kw_only=True)
class Object:
    """One object of the project, by its id; `start` and `end` are of its whole entry."""

    id: str
    isa: str
    table: Table
    start: int
    end: int

    def text(self, key: str) -> str:
        """The string that stands at `key`, or nothing."""
        return text_of(self.table.get(key))

    def ids(self, key: str) -> tuple[str, ...]:
        """The strings of the list at `key`, or none."""
        found = self.table.get(key)
        items = found.items if isinstance(found, Items) else ()
        return tuple(item.value for item in items if isinstance(item, Text))


@dataclass(frozen=True, kw_only=True)
class Project:
    """A project file: its text, and what is in it by id."""

    name: str
    text: str
    file: File
    objects: Mapping[str, Object]
    entries: Table
    root: Object

    @property
    def newline(self) -> str:
        """How its lines end."""
        return "\r\n" if "\r\n" in self.text else "\n"

    def line(self, place: int) -> int:
        """The number of the line that `place` is in."""
        return line_of(self.text, place)

    def each(self, ids: tuple[str, ...]) -> tuple[Object, ...]:
        """The objects of these ids; an id that leads nowhere is left out, as Xcode does."""
        return tuple(self.objects[one] for one in ids if one in self.objects)

    def configurations(self, owner: Object) -> tuple[Object, ...]:
        """The build configurations of a target or of the project."""
        lists = self.each((owner.text("buildConfigurationList"),))
        return tuple(one for each in lists for one in self.each(each.ids("buildConfigurations")))

    def setting(self, target: Object, key: str) -> tuple[str, ...]:
        """What a build setting is in each configuration: the target's own, else the project's."""
        above = {one.text("name"): _setting(one, key) for one in self.configurations(self.root)}
        return tuple(
            _setting(one, key) or above.get(one.text("name"), "")
            for one in self.configurations(target)
        )


def text_of(value: Value | None) -> str:
    """A string's content; nothing for anything else."""
    return value.value if isinstance(value, Text) else ""


def read(text: str, name: str) -> Project:
    """The project that `text` holds; `name` is how a fault calls the file.

    Raises:
        ProjectError: It is not a project file that Xcode has written, or one in XML.
    """
    if text.lstrip("\ufeff \t\r\n").startswith(("<?xml", "<plist", "bplist")):
        raise ProjectError(
            f"{name} is a property list in XML, which is not changed here",
            remedy="open the project in Xcode once and change something: it is saved as usual",
        )
    file = parse(text, name)
    entries = file.root.get("objects")
    if not isinstance(entries, Table):
        raise ProjectError(f"{name} has no objects", remedy="name the .xcodeproj of an app")
    objects = {
        pair.key.value: Object(
            id=pair.key.value,
            isa=text_of(pair.value.get("isa")),
            table=pair.value,
            start=pair.key.start,
            end=pair.end,
        )
        for pair in entries.pairs
        if isinstance(pair.value, Table)
    }
    root = objects.get(text_of(file.root.get("rootObject")))
    if root is None or root.isa != "PBXProject":
        raise ProjectError(f"{name} has no root object", remedy="name the .xcodeproj of an app")
    return Project(name=name, text=text, file=file, objects=objects, entries=entries, root=root)


def apps(project: Project, wanted: tuple[str, ...] = ()) -> tuple[Object, ...]:
    """The targets that are apps for a phone, or those of the names given.

    Raises:
        ProjectError: There is none, or not one of these names.
    """
    targets = project.each(project.root.ids("targets"))
    found = tuple(one for one in targets if _is_app(project, one))
    named = tuple(one for one in found if one.text("name") in wanted)
    missing = sorted(set(wanted) - {one.text("name") for one in named})
    if missing or not found:
        known = ", ".join(one.text("name") for one in found) or "none"
        what = f"no app for iOS called {missing[0]}" if missing else "no target that is an iOS app"
        raise ProjectError(
            f"{project.name} has {what}; its apps for iOS: {known}",
            remedy="name a project that has one",
        )
    return named or found


def _is_app(project: Project, target: Object) -> bool:
    roots = {root for root in project.setting(target, "SDKROOT") if root}
    return (
        target.isa == "PBXNativeTarget"
        and target.text("productType") == APPLICATION
        and (not roots or bool(roots & PHONES))
    )


def _setting(configuration: Object, key: str) -> str:
    settings = configuration.table.get("buildSettings")
    return text_of(settings.get(key)) if isinstance(settings, Table) else ""
