"""One app with a model for each runtime, made by the stage, and kept between runs of the tests."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

from sideload.host import cache, files, locks, targets
from sideload.host.places import HOME_VARIABLE
from sideload.projects.android.apk import Packaging
from sideload.sources import Origin
from sideload.stages import apk
from sideload.stages._items import Item
from sideload.values import Apk, Artifact
from tests.bindings import artifacts, models
from tests.bindings.binding import of_file
from tests.projects.android.apk import aars

RUNTIMES: Final = {"digits": "onnxruntime", "minilm": "executorch"}


@contextmanager
def home() -> Iterator[Path]:
    """The project whose artifacts the tests share."""
    folder = cache.folder("test-apk")
    before = os.environ.get(HOME_VARIABLE)
    os.environ[HOME_VARIABLE] = str(folder)
    try:
        yield folder
    finally:
        os.environ.pop(HOME_VARIABLE)
        if before is not None:
            os.environ[HOME_VARIABLE] = before


def pairs(folder: Path) -> list[tuple[Item, Artifact]]:
    """What `export` would have made of two models; only the one for ONNX Runtime can be run."""
    return [_pair(folder, name, runtime) for name, runtime in RUNTIMES.items()]


def packaging() -> Packaging:
    """With the libraries that stand for the runtimes' own."""
    return Packaging(aars=(aars.onnxruntime(), aars.executorch()))


def made() -> Apk:
    """The app, from an earlier run of the tests if nothing has changed since."""
    aars.has_tools()
    with home() as folder, locks.held("apk", folder=folder, wait_s=280, doing="making an app"):
        return apk.apk(pairs(folder), packaging())


def _pair(folder: Path, name: str, runtime: str) -> tuple[Item, Artifact]:
    path = files.new_folder(folder / "models") / f"{name}{artifacts.SUFFIXES[runtime]}"
    if runtime == "onnxruntime":
        models.write_onnx(path, name)
    else:
        path.write_bytes(b"what a runtime loads " * 1000)
    item = Item(
        origin=Origin(source="onnx", spec=str(path)),
        model=name,
        runtime=runtime,
        precision="float32",
        target=targets.read("android"),
    )
    made = of_file(path, models.SIGNATURES[name], runtime, name)
    return item, replace(made, key=made.file.sha256)
