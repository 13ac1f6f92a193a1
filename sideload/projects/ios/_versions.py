"""Versions of runtimes: the one that made the models, and the one that an app for iOS links."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from sideload.errors import ProjectError
from sideload.host import files, places
from sideload.projects.ios import _table
from sideload.values import Artifact

# Where a release changed nothing that an iPhone executes, and so has no frameworks of its own.
LINKS: Final = "links"


def numbers(version: str) -> list[int]:
    """`1.24.2` as something to compare."""
    return [int(digits) for digits in re.findall(r"\d+", version)]


def made_with(artifacts: Sequence[Artifact], runtime: str) -> str:
    """The newest version that any of them was made with."""
    return max((artifact.versions[runtime] for artifact in artifacts), key=numbers)


def of_executorch(table: Mapping[str, Any], wanted: str) -> str:
    """The same, or the one that it shares its frameworks with, or else the newest of its series.

    Raises:
        ProjectError: There is none of that series.
    """
    releases: Mapping[str, Any] = table["executorch"]
    known = sorted((str(v) for v in releases if v[0].isdigit()), key=numbers)
    if wanted in known:
        return str(releases[wanted].get(LINKS, wanted))
    alike = [version for version in known if numbers(version)[:2] == numbers(wanted)[:2]]
    if not alike:
        raise ProjectError(
            f"the checksums of ExecuTorch {wanted} for iOS are not known; those of "
            f"{', '.join(known)} are",
            remedy=f"copy {files.shown(_table.place())} to {places.own_templates() / _table.TABLE} "
            f"and add those of the branch swiftpm-{wanted} of pytorch/executorch",
        )
    return str(releases[alike[-1]].get(LINKS, alike[-1]))


def check(artifacts: Sequence[Artifact], runtime: str, linked: str) -> None:
    """Refuse models whose files the runtime that is linked cannot read.

    Raises:
        ProjectError: One needs a newer one.
    """
    for artifact in artifacts:
        if numbers(artifact.least_runtime) > numbers(linked):
            raise ProjectError(
                f"{artifact.model} needs {runtime} {artifact.least_runtime}, and an app for iOS "
                f"links {linked}",
                remedy=f"name a newer one in {places.own_templates() / _table.TABLE}, or use the "
                "other runtime for this model",
            )


def notes(
    table: Mapping[str, Any], made: Mapping[str, str], linked: Mapping[str, str]
) -> list[str]:
    """A sentence for each runtime that is not linked as it made the models."""
    found = []
    for runtime, version in linked.items():
        wanted = made[runtime]
        if runtime == "onnxruntime" and numbers(version) != numbers(wanted):
            found.append(_another(wanted, version))
        elif version != wanted and LINKS in table["executorch"].get(wanted, {}):
            found.append(
                f"ExecuTorch {wanted} was published without frameworks for iOS; the app links "
                f"{version}, which reads the same files."
            )
        elif version != wanted:
            found.append(_nearest(wanted, version))
    return found


def _another(wanted: str, version: str) -> str:
    return (
        f"The models were made and compared with ONNX Runtime {wanted}, and the app links "
        f"{version}, the newest that Swift's package manager can name: compare an answer of the "
        "app with one that was computed here, and read docs/ios-apps.md."
    )


def _nearest(wanted: str, version: str) -> str:
    return (
        f"The models were made with ExecuTorch {wanted}, and the app links {version}, the "
        f"nearest whose checksums are known; {_table.TABLE.as_posix()} in your own templates can "
        "name another."
    )
