"""Demo models bound in a language for a benchmark, as a user binds them."""

import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Final, TypeAlias

import yaml

from tests.benchmarks._project import CHECKOUT, Project

SUFFIXES: Final = {"executorch": "pte", "onnxruntime": "onnx"}
# For each runtime and model, its file and its sources.
Bound: TypeAlias = Mapping[tuple[str, str], tuple[Path, list[Path]]]


@cache
def bound(language: str, models: tuple[str, ...]) -> Bound:
    """Those models for both runtimes, as float32."""
    bindings = _bind(language, models)
    found = {}
    for binding in bindings:
        sources = [Path(file["path"]) for file in binding["files"]]
        *_, model, _, _, made, _, _ = sources[0].parts
        runtime = made.partition("-")[0]
        exported = sources[0].parents[3] / "1-export" / made
        (file,) = exported.glob(f"{model}.{SUFFIXES[runtime]}")
        found[runtime, model] = (file, sources)
    return found


def _bind(language: str, models: Sequence[str]) -> list[dict[str, list[dict[str, str]]]]:
    target = yaml.safe_load((CHECKOUT / "targets" / "local.yaml").read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory(prefix="sideload-bind-") as folder:
        path = Path(folder) / f"{language}.yaml"
        path.write_text(yaml.safe_dump(target | {"languages": [language]}), encoding="utf-8")
        _, document = _kept().sideload("bind", model=models, precision="float32", target=str(path))
    found: list[dict[str, list[dict[str, str]]]] = document["bindings"]
    return found


@cache
def _kept() -> Project:
    return Project()
