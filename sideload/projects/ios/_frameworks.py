"""Which binary frameworks an app for iOS links with for its models, from a table of checksums."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from sideload.errors import ProjectError
from sideload.host import files
from sideload.projects.ios import _table, _versions
from sideload.values import Artifact

KEEP_REGISTERED: Final = ("-all_load",)
BACKENDS: Final = {"xnnpack": "backend_xnnpack", "coreml": "backend_coreml"}
FLOATING: Final = frozenset({"float32", "float16"})
CHECKSUM: Final = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True, kw_only=True)
class Framework:
    """A binary target of a Swift package."""

    name: str
    url: str
    checksum: str


@dataclass(frozen=True, kw_only=True)
class Linked:
    """Everything that the models of one app need beside themselves.

    `onnxruntime` is the address and the tag of its package, or nothing; `flags` are for the app's
    own linker, since a package cannot give them to it. `versions` are those of the runtimes that
    are linked, and `notes` say where they are not those that made the models.
    """

    frameworks: tuple[Framework, ...] = ()
    onnxruntime: Mapping[str, str] | None = None
    linked_frameworks: tuple[str, ...] = ()
    linked_libraries: tuple[str, ...] = ()
    minimum_ios: str
    versions: Mapping[str, str]
    flags: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def linked(artifacts: Sequence[Artifact]) -> Linked:
    """What these artifacts need.

    Raises:
        ProjectError: The checksums of their version of ExecuTorch are not known, a runtime that
            can be linked is too old for one of them, or the table cannot be read.
        HostFileError: There is no table.
    """
    table = _table.read()
    try:
        return _linked(table, artifacts)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        place = files.shown(_table.place())
        raise ProjectError(f"{place} lacks {error}", remedy=f"mend {place}") from error


def _linked(table: Mapping[str, Any], artifacts: Sequence[Artifact]) -> Linked:
    by_runtime = {
        runtime: [artifact for artifact in artifacts if artifact.runtime == runtime]
        for runtime in sorted({artifact.runtime for artifact in artifacts})
    }
    made = {runtime: _versions.made_with(each, runtime) for runtime, each in by_runtime.items()}
    versions = {runtime: _version(table, runtime, version) for runtime, version in made.items()}
    for runtime, each in by_runtime.items():
        _versions.check(each, runtime, versions[runtime])
    least = [str(table[runtime]["minimum_ios"]) for runtime in by_runtime]
    common = Linked(
        minimum_ios=max(least, key=_versions.numbers),
        onnxruntime=_package(table) if "onnxruntime" in by_runtime else None,
        versions=versions,
        notes=tuple(_versions.notes(table, made, versions)),
    )
    if "executorch" not in by_runtime:
        return common
    return _with_frameworks(common, table, by_runtime["executorch"])


def _version(table: Mapping[str, Any], runtime: str, made_with: str) -> str:
    if runtime == "executorch":
        return _versions.of_executorch(table, made_with)
    return str(table[runtime]["tag"])


def _package(table: Mapping[str, Any]) -> Mapping[str, str]:
    return {key: str(table["onnxruntime"][key]) for key in ("url", "tag")}


def _with_frameworks(
    common: Linked, table: Mapping[str, Any], artifacts: Sequence[Artifact]
) -> Linked:
    version = common.versions["executorch"]
    known = table["executorch"][version]
    names = _names(known, {name for artifact in artifacts for name in _wanted(artifact)})
    return replace(
        common,
        frameworks=tuple(_framework(table, version, name) for name in names),
        linked_frameworks=_each(known[name].get("frameworks", ()) for name in names),
        linked_libraries=_each(known[name].get("libraries", ()) for name in names),
        flags=KEEP_REGISTERED,
    )


def _wanted(artifact: Artifact) -> list[str]:
    """Kernels always; those for quantised models, and a backend, where the artifact uses them."""
    backends = " ".join(artifact.delegation.backends if artifact.delegation else ()).lower()
    found = [name for key, name in BACKENDS.items() if key in backends]
    quantised = [] if artifact.precision in FLOATING else ["kernels_quantized"]
    return ["executorch", "kernels_optimized", *found, *quantised]


def _names(known: Mapping[str, Any], wanted: set[str]) -> list[str]:
    found: set[str] = set()
    while wanted - found:
        found |= wanted
        wanted = {needed for name in found for needed in known[name].get("needs", ())}
    return sorted(found)


def _framework(table: Mapping[str, Any], version: str, name: str) -> Framework:
    checksum = str(table["executorch"][version][name]["checksum"])
    if not CHECKSUM.fullmatch(checksum):
        raise ValueError(f"64 hexadecimal digits as the checksum of {name}")
    url = str(table["executorch"]["url"]).replace("{name}", name).replace("{version}", version)
    return Framework(name=name, url=url, checksum=checksum)


def _each(lists: Iterable[Iterable[str]]) -> tuple[str, ...]:
    return tuple(sorted({name for names in lists for name in names}))
