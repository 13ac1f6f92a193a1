"""Generated modules, written and imported by a test."""

import hashlib
import importlib.util
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeAlias

from sideload import languages
from sideload.values import Artifact, FileRef, Signature
from tests.bindings.artifacts import artifact

# A generated module; its own types are checked in `test_python_checked.py`.
Module: TypeAlias = Any


def of_file(path: Path, signature: Signature, runtime: str, model: str) -> Artifact:
    """The artifact that `export` would describe for the file at `path`."""
    content = path.read_bytes()
    file = FileRef(path=path, sha256=hashlib.sha256(content).hexdigest(), size_bytes=len(content))
    return replace(artifact(signature, runtime, model=model), file=file)


def imported(path: Path) -> Module:
    """The module at `path`, under its own name for as long as the test process lives."""
    spec = importlib.util.spec_from_file_location(f"generated_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def written(described: Artifact, folder: Path) -> Module:
    """Write the Python binding of an artifact, and import it."""
    return imported(languages.get("python").write(described, folder)[0])
