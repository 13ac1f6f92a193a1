"""Which binary frameworks an app for iOS links with for its models, from a table of checksums."""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sideload.errors import ProjectError
from sideload.host import files, places
from sideload.values import Artifact

TABLE: Final = Path("apps/ios/frameworks.toml")
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
    own linker, since a package cannot give them to it.
    """

    frameworks: tuple[Framework, ...] = ()
    onnxruntime: Mapping[str, str] | None = None
    linked_frameworks: tuple[str, ...] = ()
    linked_libraries: tuple[str, ...] = ()
    minimum_ios: str
    flags: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def linked(artifacts: Sequence[Artifact]) -> Linked:
    """What these artifacts need.

    Raises:
        ProjectError: The checksums of their version of ExecuTorch are not known, or the table
            cannot be read.
        HostFileError: There is no table.
    """
    table = _table()
    try:
        return _linked(table, artifacts)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise ProjectError(
            f"{files.shown(_place())} lacks {error}", remedy=f"mend {files.shown(_place())}"
        ) from error


def _linked(table: Mapping[str, Any], artifacts: Sequence[Artifact]) -> Linked:
    runtimes = {artifact.runtime for artifact in artifacts}
    torch = [artifact for artifact in artifacts if artifact.runtime == "executorch"]
    least = [str(table[runtime]["minimum_ios"]) for runtime in runtimes]
    minimum_ios = max(least, key=lambda version: [int(part) for part in version.split(".")])
    package = {key: str(table["onnxruntime"][key]) for key in ("url", "tag")}
    onnxruntime = package if "onnxruntime" in runtimes else None
    if not torch:
        return Linked(minimum_ios=minimum_ios, onnxruntime=onnxruntime)
    made_with = max((artifact.versions["executorch"] for artifact in torch), key=_numbers)
    version = _version(table, made_with)
    known = table["executorch"][version]
    names = _names(known, {name for artifact in torch for name in _wanted(artifact)})
    return Linked(
        frameworks=tuple(_framework(table, version, name) for name in names),
        linked_frameworks=_each(known[name].get("frameworks", ()) for name in names),
        linked_libraries=_each(known[name].get("libraries", ()) for name in names),
        minimum_ios=minimum_ios,
        flags=KEEP_REGISTERED,
        notes=() if version == made_with else (_note(version, made_with),),
        onnxruntime=onnxruntime,
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


def _version(table: Mapping[str, Any], made_with: str) -> str:
    """The same, or else the newest of the same series: a runtime reads what its patches export."""
    known = sorted((str(v) for v in table["executorch"] if v[0].isdigit()), key=_numbers)
    if made_with in known:
        return made_with
    alike = [version for version in known if _numbers(version)[:2] == _numbers(made_with)[:2]]
    if not alike:
        raise ProjectError(
            f"the checksums of ExecuTorch {made_with} for iOS are not known; those of "
            f"{', '.join(known)} are",
            remedy=f"copy {files.shown(_place())} to {places.own_templates() / TABLE} and add "
            f"those of the branch swiftpm-{made_with} of pytorch/executorch",
        )
    return alike[-1]


def _note(version: str, made_with: str) -> str:
    return (
        f"The models were made with ExecuTorch {made_with}, and the app links {version}, the "
        f"nearest whose checksums are known; {TABLE.as_posix()} in your own templates can name "
        "another."
    )


def _numbers(version: str) -> list[int]:
    return [int(digits) for digits in re.findall(r"\d+", version)]


def _each(lists: Iterable[Iterable[str]]) -> tuple[str, ...]:
    return tuple(sorted({name for names in lists for name in names}))


def _place() -> Path:
    own = places.own_templates() / TABLE
    return own if own.is_file() else places.templates() / TABLE


def _table() -> dict[str, Any]:
    try:
        return tomllib.loads(files.read_text(_place()))
    except tomllib.TOMLDecodeError as error:
        raise ProjectError(
            f"{files.shown(_place())} is not TOML: {error}", remedy="mend that line"
        ) from error
