"""Xcode projects of many kinds, written as Xcode and others write them, for models to be put in."""

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Final, TypeAlias

Written: TypeAlias = "str | list[str] | dict[str, Written]"
APP: Final = "com.apple.product-type.application"
BARE: Final = re.compile(r"[A-Za-z0-9_./]+")
INLINE: Final = frozenset({"PBXBuildFile", "PBXFileReference"})


@dataclass(frozen=True, kw_only=True)
class Target:
    """One target; `settings` are what differs in its configurations."""

    name: str
    kind: str = APP
    settings: Mapping[str, Written] = field(default_factory=dict)
    frameworks: bool = True
    files: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Shape:
    """One project."""

    name: str = "Demo"
    version: int = 56
    targets: tuple[Target, ...] = (Target(name="Demo"),)
    root: Mapping[str, Written] = field(default_factory=dict)
    extra: Mapping[str, Mapping[str, Written]] = field(default_factory=dict)
    remote: str = ""
    sections: bool = True
    indent: str = "\t"
    newline: str = "\n"
    end: str = "\n"
    around: Callable[[str], str] = str


def identity(*words: str) -> str:
    return hashlib.sha256("/".join(words).encode()).hexdigest()[:24].upper()


def quoted(text: str) -> str:
    return text if BARE.fullmatch(text) else json.dumps(text, ensure_ascii=False)


def text(shape: Shape) -> str:
    """The project file of a shape."""
    objects = dict(_objects(shape))
    tab, lines = shape.indent, []
    for isa, group in groupby(
        sorted(objects, key=lambda o: (objects[o]["isa"], o)), key=lambda one: objects[one]["isa"]
    ):
        body = "".join(_entry(one, objects[one], shape) for one in group)
        marks = ("Begin", "End") if shape.sections else ()
        begin, end = (f"/* {mark} {isa} section */\n" for mark in marks) if marks else ("", "")
        lines.append(f"\n{begin}{body}{end}" if marks else body)
    found = (
        f"// !$*UTF8*$!\n{{\n{tab}archiveVersion = 1;\n{tab}classes = {{\n{tab}}};\n"
        f"{tab}objectVersion = {shape.version};\n{tab}objects = {{\n{''.join(lines)}{tab}}};\n"
        f"{tab}rootObject = {identity('root')} /* Project object */;\n}}"
    )
    return shape.around(found.replace("\n", shape.newline) + shape.end.replace("\n", shape.newline))


def _entry(one: str, body: Mapping[str, Written], shape: Shape) -> str:
    lead = shape.indent * 2
    return f"{lead}{one} = {_value(dict(body), None if body['isa'] in INLINE else lead, shape)};\n"


def _value(value: Written, lead: str | None, shape: Shape) -> str:
    if isinstance(value, str):
        return value
    start, inner, after = ("", "", " ") if lead is None else ("\n", lead + shape.indent, "\n")
    close = lead or ""
    if isinstance(value, list):
        return f"({start}{''.join(f'{inner}{each},{after}' for each in value)}{close})"
    body = (
        f"{inner}{key} = {_value(held, inner if lead is not None else None, shape)};{after}"
        for key, held in value.items()
    )
    return f"{{{start}{''.join(body)}{close}}}"


def _objects(shape: Shape) -> Iterator[tuple[str, dict[str, Written]]]:
    names = [identity("target", target.name) for target in shape.targets]
    root: dict[str, Written] = {"isa": "PBXProject", "attributes": {"LastUpgradeCheck": "1600"}}
    root |= {"buildConfigurationList": identity("list", "root"), "developmentRegion": "en"}
    root |= {"mainGroup": identity("main"), **shape.root}
    if shape.remote:
        root["packageReferences"] = [f"{identity('remote')} /* {shape.remote} */"]
        yield (
            identity("remote"),
            {
                "isa": "XCRemoteSwiftPackageReference",
                "repositoryURL": quoted(shape.remote),
                "requirement": {"kind": "exactVersion", "version": "1.2.3"},
            },
        )
    root |= {"projectDirPath": '""', "projectRoot": '""', "targets": names}
    yield identity("root"), root
    yield identity("main"), {"isa": "PBXGroup", "children": [], "sourceTree": '"<group>"'}
    base: dict[str, Written] = {"IPHONEOS_DEPLOYMENT_TARGET": "17.0", "SDKROOT": "iphoneos"}
    yield from _configurations("root", base)
    for target in shape.targets:
        yield from _target(target)
    for one, body in shape.extra.items():
        yield one, dict(body)


def _configurations(
    owner: str, settings: Mapping[str, Written], base: str = ""
) -> Iterator[tuple[str, dict[str, Written]]]:
    ids = [identity(owner, name) for name in ("Debug", "Release")]
    yield (
        identity("list", owner),
        {
            "isa": "XCConfigurationList",
            "buildConfigurations": list(ids),
            "defaultConfigurationName": "Release",
        },
    )
    for one, name in zip(ids, ("Debug", "Release"), strict=True):
        referred: dict[str, Written] = {"baseConfigurationReference": base} if base else {}
        yield (
            one,
            {
                "isa": "XCBuildConfiguration",
                **referred,
                "buildSettings": dict(sorted(settings.items())),
                "name": name,
            },
        )


def _target(target: Target) -> Iterator[tuple[str, dict[str, Written]]]:
    name = target.name
    phases = [identity(name, "sources"), identity(name, "frameworks")]
    body: dict[str, Written] = {
        "isa": "PBXNativeTarget",
        "buildConfigurationList": identity("list", name),
        "buildPhases": phases if target.frameworks else phases[:1],
        "name": quoted(name),
    }
    files = list(target.files)
    if target.packages:
        body["packageProductDependencies"] = [identity(name, one) for one in target.packages]
    body |= {"productName": quoted(name), "productType": quoted(target.kind)}
    yield identity("target", name), body
    for one in target.packages:
        yield (
            identity(name, one),
            {
                "isa": "XCSwiftPackageProductDependency",
                "package": identity("remote"),
                "productName": one,
            },
        )
        built = identity(name, one, "file")
        yield built, {"isa": "PBXBuildFile", "productRef": identity(name, one)}
        files.append(f"{built} /* {one} in Frameworks */")
    for phase, isa in zip(phases, ("PBXSourcesBuildPhase", "PBXFrameworksBuildPhase"), strict=True):
        if phase in body["buildPhases"]:
            held: list[str] = files if "Frameworks" in isa else []
            yield (
                phase,
                {
                    "isa": isa,
                    "buildActionMask": "2147483647",
                    "files": held,
                    "runOnlyForDeploymentPostprocessing": "0",
                },
            )
    settings: dict[str, Written] = {"PRODUCT_NAME": '"$(TARGET_NAME)"', **target.settings}
    yield from _configurations(name, settings)


LOCALIZED: Final = Target(name='Größe "2" 日本語 */ 🚀')
SHAPES: Final[Mapping[str, Shape]] = {
    "one app of Xcode 16 with synchronized groups": Shape(
        version=77,
        root={"minimizedProjectReferenceProxies": "1", "preferredProjectObjectVersion": "77"},
        extra={
            identity("sync"): {
                "isa": "PBXFileSystemSynchronizedRootGroup",
                "path": "Demo",
                "sourceTree": '"<group>"',
            }
        },
    ),
    "one app of Xcode 3 with a system framework": Shape(
        version=46,
        root={"compatibilityVersion": '"Xcode 3.2"'},
        targets=(Target(name="Demo", files=(f"{identity('uikit')} /* UIKit in Frameworks */",)),),
        extra={
            identity("uikit"): {"isa": "PBXBuildFile", "fileRef": identity("uikit file")},
            identity("uikit file"): {"isa": "PBXFileReference", "path": "UIKit.framework"},
        },
    ),
    "two apps, an extension, a watch app and tests": Shape(
        version=54,
        targets=(
            Target(name="Free"),
            Target(name="Paid"),
            Target(name="Widget", kind="com.apple.product-type.app-extension"),
            Target(name="Watch", settings={"SDKROOT": "watchos"}),
            Target(name="Tests", kind="com.apple.product-type.bundle.unit-test"),
        ),
    ),
    "packages and linker flags of its own": Shape(
        version=60,
        remote="https://github.com/apple/swift-log",
        targets=(
            Target(
                name="Demo",
                packages=("Logging",),
                settings={"OTHER_LDFLAGS": ['"$(inherited)"', '"-ObjC"']},
            ),
        ),
    ),
    "localized and hostile names": Shape(
        version=55,
        targets=(LOCALIZED,),
        root={"knownRegions": ["en", "Base", '"pt-BR"', "ar"]},
        extra={
            identity("strings"): {
                "isa": "PBXVariantGroup",
                "children": [],
                "name": '"Größe /* Begin a section */.strings"',
            }
        },
    ),
    "a workspace with CocoaPods": Shape(
        version=50,
        targets=(Target(name="Demo", settings={"OTHER_LDFLAGS": '"$(inherited) -ObjC"'}),),
        extra={
            identity("check"): {
                "isa": "PBXShellScriptBuildPhase",
                "name": '"[CP] Check Pods Manifest.lock"',
                "shellScript": r'"diff \"${PODS_PODFILE_DIR_PATH}/Podfile.lock\" // {}; = \n"',
            }
        },
    ),
    "lines that end as on Windows, and none at the end": Shape(newline="\r\n", end=""),
    "no sections, spaces, and no place for frameworks": Shape(
        sections=False, indent="  ", targets=(Target(name="Demo", frameworks=False),)
    ),
    "a byte order mark, and flags that need nothing": Shape(
        around=lambda text: f"\ufeff{text}",
        targets=(Target(name="Demo", settings={"OTHER_LDFLAGS": '"-all_load"'}),),
    ),
    "everything of an object on one line": Shape(
        around=lambda text: re.sub(r"\n\t{3,}|(?<=\n\t\t\t)\n|(?<=[;,({])\n\t\t(?=[})])", " ", text)
    ),
}


def put(shape: Shape, folder: Path) -> Path:
    """The project written into `folder`; where its `project.pbxproj` is."""
    path = folder / f"{shape.name}.xcodeproj" / "project.pbxproj"
    path.parent.mkdir(parents=True)
    path.write_bytes(text(shape).encode())
    return path
