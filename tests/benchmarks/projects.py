"""Whether everything that is put into apps of many shapes comes out again to the byte."""

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Final

from sideload import projects
from sideload.projects import AppModel
from tests.benchmarks.harness import figure
from tests.projects.android import models as android_models
from tests.projects.android import shapes as android
from tests.projects.ios import models as ios_models
from tests.projects.ios import shapes as ios

MODELS: Final[Mapping[str, Callable[[Path], Sequence[AppModel]]]] = {
    "android": android_models.both,
    "ios": lambda folder: ios_models.models(folder, "executorch", "onnxruntime"),
}


@figure(
    name="inject + unbundle over all project shapes, share restored",
    unit="",
    reach=1,
    better="higher",
)
def restored() -> Sequence[float]:
    """Gradle's and Xcode's, each with two models; every byte, and no file more."""
    found = [_is_restored(platform, put) for platform, put in _shapes()]
    return [sum(found) / len(found)]


@figure(name="project shapes that are injected into", unit="shapes", reach=14, better="higher")
def counted() -> Sequence[float]:
    """As many as the figure before speaks of."""
    return [sum(1 for _ in _shapes())]


def _shapes() -> Iterator[tuple[str, Callable[[Path], Path]]]:
    for gradle in android.SHAPES.values():
        yield "android", partial(android.put, gradle)
    for xcode in ios.SHAPES.values():
        yield "ios", partial(_xcode, xcode)


def _xcode(shape: ios.Shape, folder: Path) -> Path:
    return ios.put(shape, folder).parent


def _is_restored(platform: str, put: Callable[[Path], Path]) -> bool:
    with tempfile.TemporaryDirectory(prefix="sideload-") as name:
        app = put(Path(name) / "app")
        before = _held(Path(name) / "app")
        kind = projects.get(platform)
        projects.apply(kind.inject(app, MODELS[platform](Path(name) / "made")))
        between = _held(Path(name) / "app")
        projects.apply(kind.remove(app))
        return before != between and before == _held(Path(name) / "app")


def _held(folder: Path) -> Mapping[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
