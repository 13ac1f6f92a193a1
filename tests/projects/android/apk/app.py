"""One app with a model for each runtime, made from the command line, kept between runs of tests."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import pytest

from sideload.host import cache, files, locks, targets
from sideload.host.places import HOME_VARIABLE
from sideload.projects.android.apk import Packaging
from sideload.stages import _keys, apk
from sideload.stages._items import Ask, Item, items
from sideload.stages._lower import stage_of
from sideload.stages._memory import remember
from sideload.stages.app import first_of_each
from sideload.values import Apk, Artifact
from tests.bindings import artifacts, models
from tests.bindings.binding import of_file
from tests.projects.android.apk import aars
from tests.road.project import Ended, Project

# By what the sources are called, the first runtime of the target that can have each.
MODELS: Final = {"digits": "digits.onnx", "minilm": "minilm.pt2"}


@dataclass(frozen=True, kw_only=True)
class Made:
    """What was typed, what the command said, what it keeps, and where it was to put the app."""

    project: Project
    words: tuple[str, ...]
    ended: Ended
    apk: Apk
    place: Path


@contextmanager
def home(folder: Path) -> Iterator[None]:
    """Until it ends, the project of this process."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(HOME_VARIABLE, str(folder))
        yield


def made() -> Made:
    """The app, from an earlier run of the tests if nothing has changed since."""
    aars.has_tools()
    folder = cache.folder("test-apk")
    with locks.held("apk", folder=folder, wait_s=280, doing="making an app"), home(folder):
        for library in (aars.onnxruntime(), aars.executorch()):
            files.write_bytes(folder / "aars" / library.name, library.read_bytes())
        pairs = lowered(folder)
        words = ("bundle", *asked(folder), "--apk", "out", "--json")
        (folder / "out").mkdir(exist_ok=True)
        ended = Project(home=folder).sideload(*words)
        assert ended.exit_code == 0, ended.stderr
        kept = apk.look(pairs, Packaging()).value
        assert kept is not None
    place = folder / "out" / "sideload-benchmark.apk"
    return Made(project=Project(home=folder), words=words, ended=ended, apk=kept, place=place)


def asked(folder: Path) -> tuple[str, ...]:
    """The words of a command line that ask for both models."""
    named = (word for name in MODELS.values() for word in ("--model", str(folder / name)))
    return ("--target", "android", "--precision", "float32", *named)


def lowered(folder: Path) -> list[tuple[Item, Artifact]]:
    """What `export` would have kept of two models; only the one for ONNX Runtime can be run."""
    models.write_onnx(folder / MODELS["digits"], "digits")
    (folder / MODELS["minilm"]).write_bytes(b"what torch.export writes")
    named = tuple(str(folder / name) for name in MODELS.values())
    ask = Ask(target=targets.read("android"), models=named, precisions=("float32",))
    return [(item, _kept(item)) for item in first_of_each(items(ask))]


def _kept(item: Item) -> Artifact:
    name = item.origin.spec.rpartition("/")[2].partition(".")[0]
    folder = files.new_folder(item.folder(stage_of(item)))
    path = folder / f"{item.model}{artifacts.SUFFIXES[item.runtime]}"
    if item.runtime == "onnxruntime":
        models.write_onnx(path, name)
    else:
        files.write_bytes(path, b"what a runtime loads " * 1000)
    found = of_file(path, models.SIGNATURES[name], item.runtime, item.model)
    parts = _keys.lowering(item)
    artifact = replace(found, key=_keys.key(parts))
    remember(folder, artifact, parts)
    return artifact
