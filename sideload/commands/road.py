"""The commands that go down the road, each as far as the stage that it is called by."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, TypeAlias

from sideload import platforms
from sideload.commands.answer import Answer
from sideload.errors import UsageError
from sideload.host import targets
from sideload.reports import document, terminal
from sideload.stages import models as stages
from sideload.stages._items import FLOATING, Ask, Item, items
from sideload.values import Target

REACHING: Final = frozenset({"bundle", "deploy", "profile"})


@dataclass(frozen=True, kw_only=True)
class Typed:
    """The words of a command line that all of these commands take."""

    target: str
    models: tuple[str, ...]
    runtimes: tuple[str, ...]
    precisions: tuple[str, ...]
    devices: tuple[str, ...]
    jobs: int
    inputs: tuple[Path, ...]


Command: TypeAlias = Callable[[str, Sequence[Item], Target, Typed], Answer]


def typed(  # noqa: PLR0917 - in the order of the flags
    target: str,
    model: object,
    runtime: object,
    precision: object,
    device: object,
    jobs: int,
    inputs: object,
) -> Typed:
    """The words as Invoke gives them: what is repeatable comes as a list."""
    return Typed(
        target=target,
        models=texts(model),
        runtimes=texts(runtime),
        precisions=texts(precision),
        devices=texts(device),
        jobs=jobs,
        inputs=tuple(Path(text) for text in texts(inputs)),
    )


def texts(words: object) -> tuple[str, ...]:
    """A repeatable option as Invoke gives it: a list, or nothing."""
    return tuple(str(word) for word in words) if isinstance(words, list | tuple) else ()


def road(command: str, words: Typed, *, is_dry: bool) -> Answer:
    """Go as far as `command` says, or say what that would mean.

    Raises:
        SideloadError: Wrong use, or trouble that concerns more than one item.
    """
    target = _with_jobs(targets.read(words.target), words.jobs)
    _check_reach(command, target)
    found = asked(words, target, words.precisions or _precisions(command, target))
    if is_dry:
        from sideload.stages.plan import plan

        steps = plan(found, command)
        return Answer(document=document.plan(command, steps), text=terminal.plan(steps))
    return _command(command)(command, found, target, words)


def asked(words: Typed, target: Target, precisions: tuple[str, ...]) -> tuple[Item, ...]:
    """What these words ask for: one item for each artifact, of those precisions.

    Raises:
        SideloadError: A model that is none, or a runtime, precision or file that there is not.
    """
    return items(
        Ask(
            target=target,
            models=words.models,
            runtimes=words.runtimes,
            precisions=precisions,
            inputs=words.inputs,
        )
    )


def _check_reach(command: str, target: Target) -> None:
    """Before anything is exported for a device that cannot be had."""
    if command in REACHING and not platforms.get(target.platform).transports:
        raise UsageError(
            f"{command} needs a device, and nothing reaches one of the platform {target.platform} "
            "yet",
            remedy=f"sideload bundle --target {target.name} --into YOUR_APP, or --new FOLDER",
        )


def _with_jobs(target: Target, jobs: int) -> Target:
    if jobs < 0:
        raise UsageError(f"{jobs} phones at once are too few", remedy="--jobs 4")
    return replace(target, fleet=replace(target.fleet, parallel=jobs)) if jobs else target


def _precisions(command: str, target: Target) -> tuple[str, ...]:
    """`export` and `quantize` share a target's list: what is floating point, and what is not."""
    if command == "export":
        return tuple(p for p in target.precisions if p in FLOATING) or ("float32",)
    if command == "quantize":
        found = tuple(p for p in target.precisions if p not in FLOATING)
        if not found:
            raise UsageError(
                f"the target {target.name} lists no precision to quantise to",
                remedy="--precision int8",
            )
        return found
    return target.precisions


def _artifacts(command: str, asked: Sequence[Item], target: Target, words: Typed) -> Answer:
    del target, words
    failures = stages.Failures()
    made = [artifact for _, artifact in stages.artifacts(asked, failures)]
    return Answer(
        document=document.artifacts(command, made),
        text=terminal.artifacts(made),
        failures=failures.found,
    )


def _bindings(command: str, asked: Sequence[Item], target: Target, words: Typed) -> Answer:
    del target, words
    failures = stages.Failures()
    made = stages.bindings(stages.artifacts(asked, failures), failures)
    flat = [binding for _, bindings in made for binding in bindings]
    return Answer(
        document=document.bindings(command, flat),
        text=terminal.bindings(flat),
        failures=failures.found,
    )


def _command(name: str) -> Command:
    """What goes that far; what needs a device is imported only when it is wanted."""
    if name not in REACHING:
        return _bindings if name == "bind" else _artifacts
    from sideload.commands import reach

    return reach.results if name in reach.ANSWERING else reach.bundles
