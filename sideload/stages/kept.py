"""Results of earlier runs, read back from the artifacts folder."""

from collections.abc import Iterator
from pathlib import Path

from sideload.host import places
from sideload.stages import deploy, profile
from sideload.stages._memory import recall
from sideload.values import Artifact, Deployment, Result, TimingLog


def results(target: str = "") -> list[Result]:
    """Every deployment that is whole on disk with its artifact, by model, target and device."""
    found = (_result(folder) for folder in sorted(_folders(target)))
    return [result for result in found if result is not None]


def _folders(target: str) -> Iterator[Path]:
    return places.artifacts().glob(f"*/{target or '*'}/{deploy.STAGE}/*/*/")


def _result(folder: Path) -> Result | None:
    item, serial = folder.parent.name, folder.name
    stages = folder.parents[2]
    deployment = recall(folder, Deployment, None).value
    lowered = (recall(stages / name / item, Artifact, None) for name in ("1-export", "2-quantize"))
    artifact = next((found.value for found in lowered if found.value is not None), None)
    if deployment is None or artifact is None:
        return None
    timing = recall(stages / profile.STAGE / item / serial, TimingLog, None).value
    return Result(artifact=artifact, deployment=deployment, timing=timing)
