"""The commands that go down the road, each as far as the stage that it is called by."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sideload.commands.answer import Answer
from sideload.errors import UsageError
from sideload.host import targets
from sideload.reports import document, terminal
from sideload.stages import road as stages
from sideload.stages._items import FLOATING, Ask, Item, items
from sideload.stages.plan import plan
from sideload.values import Target


@dataclass(frozen=True, kw_only=True)
class Typed:
    """The words of a command line that all of these commands take."""

    target: str
    models: tuple[str, ...]
    runtimes: tuple[str, ...]
    precisions: tuple[str, ...]
    device: str
    inputs: tuple[Path, ...]


def typed(  # noqa: PLR0917 - in the order of the flags
    target: str, model: object, runtime: object, precision: object, device: str, inputs: object
) -> Typed:
    """The words as Invoke gives them: what is repeatable comes as a list."""
    return Typed(
        target=target,
        models=_texts(model),
        runtimes=_texts(runtime),
        precisions=_texts(precision),
        device=device,
        inputs=tuple(Path(text) for text in _texts(inputs)),
    )


def _texts(words: object) -> tuple[str, ...]:
    return tuple(str(word) for word in words) if isinstance(words, list | tuple) else ()


def road(command: str, words: Typed, *, is_dry: bool) -> Answer:
    """Go as far as `command` says, or say what that would mean.

    Raises:
        SideloadError: Wrong use, or trouble that concerns more than one item.
    """
    target = targets.read(words.target)
    asked = items(
        Ask(
            target=target,
            models=words.models,
            runtimes=words.runtimes,
            precisions=words.precisions or _precisions(command, target),
            inputs=words.inputs,
        )
    )
    if is_dry:
        steps = plan(asked, command)
        return Answer(document=document.plan(command, steps), text=terminal.plan(steps))
    return _COMMANDS[command](command, asked, target, words)


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


def _bundles(command: str, asked: Sequence[Item], target: Target, words: Typed) -> Answer:
    failures = stages.Failures()
    abi = stages.abi(target, words.device)
    made = [b for _, b in stages.bundles(stages.artifacts(asked, failures), abi, failures)]
    return Answer(
        document=document.bundles(command, made),
        text=terminal.bundles(made),
        failures=failures.found,
    )


def _results(command: str, asked: Sequence[Item], target: Target, words: Typed) -> Answer:
    failures = stages.Failures()
    anew = command == "profile"
    made = stages.results(asked, target, words.device, failures, anew=anew)
    return Answer(
        document=document.deployments(command, made),
        text=terminal.results(made),
        failures=failures.found,
    )


_COMMANDS: Final[Mapping[str, Callable[[str, Sequence[Item], Target, Typed], Answer]]] = {
    "export": _artifacts,
    "quantize": _artifacts,
    "bind": _bindings,
    "bundle": _bundles,
    "deploy": _results,
    "profile": _results,
}
