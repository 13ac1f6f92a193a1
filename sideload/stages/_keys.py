"""What a result depends on, as named digests: equal parts mean that nothing is done again."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Final

from sideload import languages, sources
from sideload.host import files
from sideload.host.places import PACKAGE
from sideload.stages._items import Item

PACKAGES: Final = (
    "torch",
    "executorch",
    "torchao",
    "onnx",
    "onnxscript",
    "onnxruntime",
    "transformers",
    "coremltools",
    "numpy",
    "scikit-learn",
)
VERSION: Final = re.compile(r"^Version: *(\S+)", re.MULTILINE)
# What decides the content of an artifact; a change elsewhere in the package does not.
LOWERING: Final = ("sources", "models", "runtimes", "worker", "measure", "schemes.py", "values")


def key(parts: Mapping[str, str]) -> str:
    """One digest for all parts: 64 hexadecimal digits."""
    return digest(sorted(parts.items()))


def digest(value: object) -> str:
    """SHA-256 of a value's JSON text."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()


def lowering(item: Item) -> dict[str, str]:
    """What an artifact depends on."""
    target = item.target
    asked = (item.runtime, item.precision, target.backend, target.dynamic, casts(item))
    limits = {name: vars(limit) for name, limit in target.limits.items()}
    known = sources.get(item.origin.source).files(item.origin.spec)
    return {
        "the model": digest([item.origin.spec, _contents(known)]),
        "the inputs": digest(_contents(item.inputs)),
        "the target": digest([asked, limits]),
        "the installed packages": digest(versions()),
        "sideload itself": code(LOWERING),
    }


def casts(item: Item) -> Mapping[str, str]:
    """What the border has instead of dtypes that a language of the target cannot carry.

    It is the same for all runtimes of the target, so that an app can change from one to the other.
    """
    runtimes = dict.fromkeys((*item.target.runtimes, item.runtime))
    return languages.casts(item.target.languages, [*runtimes])


def _contents(paths: Iterable[Path]) -> list[tuple[str, str]]:
    return [(path.name, files.sha256_cached(path)) for path in paths]


@cache
def code(names: tuple[str, ...]) -> str:
    """A digest of some of this package's own source, and of the files beside it."""
    found: list[Path] = []
    for name in names:
        place = PACKAGE / name
        found += [place] if place.is_file() else sorted(p for p in place.rglob("*") if _counts(p))
    return digest([(str(p.relative_to(PACKAGE)), files.sha256_cached(p)) for p in found])


def _counts(path: Path) -> bool:
    return path.is_file() and "__pycache__" not in path.parts


@cache
def versions() -> tuple[tuple[str, str], ...]:
    """The installed packages that decide what an artifact and a runner are."""
    return tuple((name, _version(name)) for name in PACKAGES)


def _version(name: str) -> str:
    try:
        found = metadata.distribution(name)
    except metadata.PackageNotFoundError:
        return "-"
    # Of its head alone: to parse the description behind it takes as long as all else here.
    told = VERSION.search(found.read_text("METADATA") or "")
    return told[1] if told else found.version
