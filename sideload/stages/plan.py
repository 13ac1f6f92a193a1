"""What would run and why, from the same looks that the stages themselves take before they act."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from sideload import platforms
from sideload.stages import _lower, bind, bundle, deploy, profile
from sideload.stages._app import bundling
from sideload.stages._items import Item
from sideload.stages._memory import Look, recall
from sideload.values import Artifact, Bindings, Bundle, Deployment

A = TypeVar("A")
B = TypeVar("B")


@dataclass(frozen=True, kw_only=True)
class Step:
    """One stage for one item; `why` is empty where what is there will be kept."""

    stage: str
    item: str
    why: str = ""


def plan(items: Sequence[Item], last: str) -> tuple[Step, ...]:
    """Every step up to the stage `last`, in the order in which they run.

    Nothing is made, and no device is asked: what a device holds shows only when it is connected.
    """
    return tuple(step for item in items for step in _steps(item, last))


def _steps(item: Item, last: str) -> Iterator[Step]:
    verb = _lower.stage_of(item).partition("-")[2]
    artifact = _lower.look(item)
    yield _step(verb, item, artifact)
    if last in {"export", "quantize"}:
        return
    if last != "bundle":
        for language in item.target.languages:
            found = _after(artifact, partial(_bound, item, language))
            yield _step("bind", item, found, language)
    if last == "bind":
        return
    abi = platforms.get(item.target.platform).abis()[0]
    bundled = _after(artifact, lambda made: _bundled(item, made, abi))
    yield _step("bundle", item, bundled, abi)
    if last != "bundle":
        yield from _on_device(item, bundled)


def _bound(item: Item, language: str, artifact: Artifact) -> Look[Bindings]:
    return bind.look(item, artifact, language)


def _bundled(item: Item, artifact: Artifact, abi: str) -> Look[Bundle]:
    if item.target.run == bundling.APP:
        return bundling.look(item, artifact, abi)
    return bundle.look(item, artifact, abi)


def _on_device(item: Item, bundled: Look[Bundle]) -> Iterator[Step]:
    deployed = _after(bundled, lambda made: _deployed(item, made))
    yield _step("deploy", item, deployed)
    yield _step("profile", item, _after(deployed, lambda made: profile.look(item, made)))


def _deployed(item: Item, made: Bundle) -> Look[Deployment]:
    """A deployment of this bundle on any device; whether it is still there shows later."""
    kept = sorted(item.folder(deploy.STAGE).glob("*/"))
    for folder in kept:
        found = recall(folder, Deployment, None)
        if found.value is not None and found.value.bundle_key == made.key:
            return found
    return Look(value=None, why="no device is known to have it")


def _after(before: Look[A], look: Callable[[A], Look[B]]) -> Look[B]:
    """What the next stage sees; it must run where the one before it must."""
    if before.value is None:
        return Look(value=None, why="what it needs is made anew")
    return look(before.value)


def _step(stage: str, item: Item, found: Look[Any], detail: str = "") -> Step:
    return Step(stage=stage, item=f"{item.label} {detail}".strip(), why=found.why)
