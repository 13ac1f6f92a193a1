"""What the whole road costs a person in time, and how good what comes out at its end is."""

import sys
import tempfile
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Final

from tests.benchmarks._project import Document, Project
from tests.benchmarks.harness import figure

RUNTIMES: Final = ("executorch", "onnxruntime")
PRECISIONS: Final = ("float32", "int8")
DEMONSTRATED: Final = ("digits", "minilm")
MODELS: Final = (*DEMONSTRATED, "mobilenet_v2")
BARE: Final = (sys.executable, "-m", "tests.benchmarks._bare_export")
PHONE: Final = {"target": "android", "device": "simulated"}


@cache
def _demonstrated() -> tuple[Project, float]:
    """A project in which `make demo` ran for the first time, and the seconds that it took."""
    project = Project()
    return project, project.make("demo")


@cache
def _quantised() -> list[Document]:
    """The models of the demonstration, as `quantize --json` tells it."""
    project, _ = _demonstrated()
    _, document = project.sideload(
        "quantize", target="android", model=DEMONSTRATED, precision=PRECISIONS
    )
    artifacts: list[Document] = document["artifacts"]
    return artifacts


@figure(name="make demo, the first time", unit="s", reach=180, better="lower")
def demo_first() -> Sequence[float]:
    """With packages installed and nothing else: no artifact, no compiled runner, no phone."""
    return [_demonstrated()[1]]


@figure(name="make demo, again", unit="s", reach=20, better="lower")
def demo_again() -> Sequence[float]:
    """Nothing has changed."""
    project, _ = _demonstrated()
    return [project.make("demo") for _ in range(5)]


@figure(name="unchanged deploy, all models, both runtimes", unit="s", reach=2, better="lower")
def unchanged() -> Sequence[float]:
    """Everything is on the phone already, and is asked for once more."""
    project, _ = _demonstrated()
    project.sideload("deploy", model=MODELS, runtime=RUNTIMES, **PHONE)
    return [
        project.sideload("deploy", model=MODELS, runtime=RUNTIMES, **PHONE)[0] for _ in range(5)
    ]


@figure(name="export and quantise, times a bare script", unit="x", reach=1.10, better="lower")
def overhead() -> Sequence[float]:
    """Both runtimes, both precisions, all models; either side goes first in turn."""
    return [_overhead(road_first=bool(run % 2)) for run in range(4)]


def _overhead(*, road_first: bool) -> float:
    project = Project()
    # Training the digits is no part of it: both sides find them trained, in the same cache.
    project.sideload("export", target="android", model="digits", runtime="executorch")
    seconds = {}
    for is_road in (road_first, not road_first):
        seconds[is_road] = _road_s(project) if is_road else _bare_s(project)
    return seconds[True] / seconds[False]


def _road_s(project: Project) -> float:
    project.sideload("clean")
    options = {"model": MODELS, "runtime": RUNTIMES, "precision": PRECISIONS}
    return project.sideload("quantize", target="android", **options)[0]


def _bare_s(project: Project) -> float:
    with tempfile.TemporaryDirectory() as folder:
        return project.run([*BARE, folder, *MODELS])[0]


@figure(name="minilm int8 cosine, executorch", unit="", reach=0.998, better="higher")
def cosine_executorch() -> Sequence[float]:
    """The least over all sentences that it is proven on."""
    return [one["parity"]["cosine"] for one in _chosen("minilm", "executorch")]


@figure(name="minilm int8 cosine, onnxruntime", unit="", reach=0.99, better="higher")
def cosine_onnxruntime() -> Sequence[float]:
    """The least over all sentences that it is proven on."""
    return [one["parity"]["cosine"] for one in _chosen("minilm", "onnxruntime")]


@figure(name="digits int8 accuracy lost, executorch", unit="points", reach=1, better="lower")
def accuracy_executorch() -> Sequence[float]:
    """Against PyTorch, on the held-out images."""
    return [_points_lost(one) for one in _chosen("digits", "executorch")]


@figure(name="digits int8 accuracy lost, onnxruntime", unit="points", reach=1, better="lower")
def accuracy_onnxruntime() -> Sequence[float]:
    """Against PyTorch, on the held-out images."""
    return [_points_lost(one) for one in _chosen("digits", "onnxruntime")]


@figure(name="minilm int8 speed, times float32, executorch", unit="x", reach=2, better="higher")
def speed_executorch() -> Sequence[float]:
    """Medians of the runner on the simulated phone, float32 and int8 one after the other."""
    return [_speed("executorch") for _ in range(5)]


@figure(name="minilm int8 speed, times float32, onnxruntime", unit="x", reach=2, better="higher")
def speed_onnxruntime() -> Sequence[float]:
    """Medians of the runner on the simulated phone, float32 and int8 one after the other."""
    return [_speed("onnxruntime") for _ in range(5)]


def _chosen(model: str, runtime: str) -> Iterable[Document]:
    """The int8 artifact of a model for a runtime."""
    wanted = {"model": model, "runtime": runtime, "precision": "int8"}
    return [one for one in _quantised() if wanted.items() <= one.items()]


def _points_lost(artifact: Document) -> float:
    metric = artifact["parity"]["metric"]
    return 100 * float(metric["reference"] - metric["value"])


def _speed(runtime: str) -> float:
    project, _ = _demonstrated()
    _, document = project.sideload(
        "profile", model="minilm", runtime=runtime, precision=PRECISIONS, **PHONE
    )
    p50 = {one["precision"]: one["latency_ns"]["p50"] for one in document["deployments"]}
    return float(p50["float32"] / p50["int8"])
