"""One local Swift package, put into the apps of a project: what to write, and where."""

import hashlib
import re
from collections.abc import Sequence
from itertools import groupby
from typing import Final

from sideload.errors import EditedError, ProjectError
from sideload.projects.ios import _flags, _parts
from sideload.projects.ios._openstep import Items
from sideload.projects.ios._parts import Edit, Part, Written
from sideload.projects.ios._xcode import Object, Project, apps

DEPLOYMENT: Final = "IPHONEOS_DEPLOYMENT_TARGET"
ID_DIGITS: Final = 24
PHASE: Final[Written] = "2147483647"


def edits(project: Project, package: str, flags: Sequence[str], least_ios: str) -> list[Edit]:
    """What puts the local package `package`, and the linker flags, into every app for iOS.

    Args:
        project: The project as it is.
        package: The package's folder beside the project, and the product that is linked.
        flags: What the app's linker needs to be told.
        least_ios: The oldest iOS that the package can be built for.

    Raises:
        ProjectError: There is no app for iOS, or it is built for an older iOS than that.
        EditedError: What was put in before is only there in part.
    """
    targets = apps(project)
    for target in targets:
        _check_system(project, target, least_ios)
    reference = identity(package, "package")
    name = f'{reference} /* XCLocalSwiftPackageReference "{comment(package)}" */'
    made: list[tuple[str, str, str, Written]] = [
        (
            "XCLocalSwiftPackageReference",
            reference,
            name,
            {"isa": "XCLocalSwiftPackageReference", "relativePath": _flags.quoted(package)},
        )
    ]
    found = [_entry(project, project.root, "packageReferences", name)]
    for target in targets:
        objects, inside = _target(project, target, package)
        made += objects
        found += [*inside, *_flags.edits(project, target, flags)]
    _check_fresh(project, [one[1] for one in made])
    return [*found, *_objects(project, made)]


def identity(*of: str) -> str:
    """The id of an object of ours: always the same for the same thing."""
    text = "\0".join(("sideload", *of))
    return hashlib.sha256(text.encode()).hexdigest()[:ID_DIGITS].upper()


def comment(text: str) -> str:
    """`text` where nothing in it may end the comment that it is put in."""
    return text.replace("*/", "* /")


def is_in(project: Project, package: str) -> bool:
    """Whether the package's own reference is there."""
    return identity(package, "package") in project.objects


def _target(
    project: Project, target: Object, package: str
) -> tuple[list[tuple[str, str, str, Written]], list[Edit]]:
    product = identity(package, target.id, "product")
    build = identity(package, target.id, "build file")
    said = comment(package)
    linked = f"{build} /* {said} in Frameworks */"
    named = f"{product} /* {said} */"
    made: list[tuple[str, str, str, Written]] = [
        ("PBXBuildFile", build, linked, {"isa": "PBXBuildFile", "productRef": named}),
        (
            "XCSwiftPackageProductDependency",
            product,
            named,
            {"isa": "XCSwiftPackageProductDependency", "productName": _flags.quoted(package)},
        ),
    ]
    found = [_entry(project, target, "packageProductDependencies", named)]
    phases = project.each(target.ids("buildPhases"))
    phase = next((one for one in phases if one.isa == "PBXFrameworksBuildPhase"), None)
    if phase is not None:
        return made, [*found, _entry(project, phase, "files", linked)]
    own = identity(package, target.id, "phase")
    body: dict[str, Written] = {"isa": "PBXFrameworksBuildPhase", "buildActionMask": PHASE}
    body |= {"files": [linked], "runOnlyForDeploymentPostprocessing": "0"}
    made.append(("PBXFrameworksBuildPhase", own, f"{own} /* Frameworks */", body))
    return made, [*found, _entry(project, target, "buildPhases", f"{own} /* Frameworks */")]


def _entry(project: Project, owner: Object, key: str, text: str) -> Edit:
    held = owner.table.get(key)
    if isinstance(held, Items):
        return _parts.item(project, held, text)
    if held is not None:
        raise _flags.strange(project, owner, key)
    return _parts.pair(project, owner.table, key, [text])


def _objects(project: Project, made: Sequence[tuple[str, str, str, Written]]) -> list[Edit]:
    ordered = sorted(made, key=lambda one: one[0])
    groups = groupby(ordered, key=lambda one: one[0])
    return [edit for isa, group in groups for edit in _section(project, isa, list(group))]


def _section(
    project: Project, isa: str, made: Sequence[tuple[str, str, str, Written]]
) -> list[Edit]:
    """In the section of their kind, or in one that is made where the alphabet wants it."""
    end = project.newline
    lead = _lead(project)
    inline = isa == "PBXBuildFile"
    lines = [
        f"{lead}{name} = {_parts.rendered(body, None if inline else lead, end)};{end}"
        for _, _, name, body in sorted(made, key=lambda one: one[1])
    ]
    sections = [c for c in project.file.comments if c.text.startswith(("Begin ", "End "))]
    closing = next((c for c in sections if c.text == f"End {isa} section"), None)
    if closing is not None:
        place = project.text.rfind("\n", 0, closing.start) + 1
        return [Edit(place=place, part=Part(text=line)) for line in lines]
    if not sections:
        place = project.text.rfind("\n", 0, project.entries.end - 1) + 1
        return [Edit(place=place, part=Part(text=line)) for line in lines]
    body_text = f"/* Begin {isa} section */{end}{''.join(lines)}/* End {isa} section */{end}"
    following = next(
        (c for c in sections if c.text > f"Begin {isa} section" and c.text.startswith("Begin ")),
        None,
    )
    if following is not None:
        place = project.text.rfind("\n", 0, following.start) + 1
        text = f"{body_text}{end}"
    else:
        place = project.text.find("\n", sections[-1].end) + 1
        text = f"{end}{body_text}"
    return [Edit(place=place, part=Part(text=text, cores=tuple(lines)))]


def _lead(project: Project) -> str:
    first = min((one.start for one in project.objects.values()), default=0)
    line = project.text[project.text.rfind("\n", 0, first) + 1 : first]
    return line if line and not line.strip() else "\t\t"


def _check_fresh(project: Project, ids: Sequence[str]) -> None:
    there = [project.objects[one] for one in ids if one in project.objects]
    if there:
        lines = ", ".join(str(project.line(one.start)) for one in there)
        raise EditedError(
            f"{project.name}, line {lines}: what was added is there only in part",
            remedy="remove the package in Xcode; then the same command again",
        )


def _check_system(project: Project, target: Object, least_ios: str) -> None:
    for found in project.setting(target, DEPLOYMENT):
        if re.fullmatch(r"\d+(\.\d+)*", found) and _number(found) < _number(least_ios):
            raise ProjectError(
                f"{project.name} builds {target.text('name')} for iOS {found}, and the models' "
                f"runtimes need {least_ios}",
                remedy=f"set Minimum Deployments of {target.text('name')} to {least_ios} in Xcode",
            )


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))
