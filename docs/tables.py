"""Tables for the documentation, each made from the code that it speaks of.

A page holds them between cog's marks; `make format` writes them and `make check` refuses old ones.
"""

import ast
import inspect
import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from invoke.tasks import Task

from sideload import errors, schemes
from sideload.host import discover, places, targets
from sideload.measure import conditions, limits
from sideload.stages._fleet.conditions import FIELDS
from sideload.tasks import TASKS

FAMILIES: Final = {
    "sources": "where models come from",
    "models": "built-in models",
    "runtimes": "what executes a model",
    "runners": "native programs that time it",
    "languages": "languages of generated classes",
    "platforms": "what a device runs",
    "projects": "apps that models are put into",
    "transports": "ways to reach a device",
    "reports": "ways to show results",
}
WHEN: Final = {
    0: "done",
    1: "a gate said no: parity, delegation, the format's checker, the device's answers",
    2: "wrong use or configuration",
    3: "trouble with a device",
    4: "a program or package is missing or failed",
    5: "of several phones, some failed and the others did not",
    130: "interrupted",
}


def commands() -> str:
    """Every command, and what it does."""
    rows = ((f"`{task.name}`", _first_line(task)) for task in TASKS)
    return _table(("command", "what it does"), rows)


def options() -> str:
    """Every option of every command that has any."""
    return _table(("option", "meaning", "commands"), _options())


def exit_codes() -> str:
    """Every exit code, and the errors that end with it."""
    rows = (
        (str(code), meaning, ", ".join(f"`{name}`" for name in _named(code)))
        for code, meaning in WHEN.items()
    )
    return _table(("exit code", "when", "errors"), rows)


def doubts() -> str:
    """Every kind of doubt about a measurement, and when it is said."""
    rows = ((f"`{kind}`", when) for kind, when in conditions.KINDS.items())
    return _table(("kind", "said when"), rows)


def errors_told() -> str:
    """Every error: its exit code and what it says."""
    rows = (
        (f"`{one.__name__}`", str(one.exit_code), inspect.getdoc(one).split("\n")[0])  # type: ignore[union-attr]
        for one in _errors()
    )
    return _table(("error", "exit code", "meaning"), rows)


def adapters() -> str:
    """Every family of adapters, and what is in it; nothing is imported for this."""
    rows = (
        (f"`sideload/{family}/`", means, ", ".join(f"`{name}`" for name in discover.names(family)))
        for family, means in FAMILIES.items()
    )
    return _table(("family", "what is in it", "now"), rows)


def adapters_told(family: str) -> str:
    """Every adapter of a family with the first sentence of its file."""
    rows = ((f"`{name}`", _about(family, name)) for name in discover.names(family))
    return _table((family.removesuffix("s"), "what it does"), rows)


def schemes_told() -> str:
    """Every precision with its schemes, for each runtime."""
    rows = (
        (scheme.precision, runtime, f"`{scheme.name}`", scheme.summary)
        for precision, (runtime, known) in itertools.product(
            schemes.PRECISIONS, schemes.BY_RUNTIME.items()
        )
        for scheme in known
        if scheme.precision == precision
    )
    return _table(("precision", "runtime", "scheme", "what it is"), rows)


def schemes_refused() -> str:
    """Every scheme that is refused, and why."""
    rows = ((runtime, f"`{name}`", why) for (runtime, name), why in schemes.REFUSED.items())
    return _table(("runtime", "scheme", "why it is refused"), rows)


def limits_told() -> str:
    """What parity must reach at each precision, where a target does not say."""
    rows = (
        (name, f"{one.cosine:g}", f"{one.sqnr_db:g} dB", f"{100 * one.metric_loss:g} points")
        for name, one in limits.DEFAULTS.items()
    )
    return _table(("precision", "least cosine", "least SQNR", "greatest loss of accuracy"), rows)


def target_keys() -> str:
    """Every key of a target file."""
    return targets.table().strip()


def fleet_fields() -> str:
    """Every field of a phone that a condition after `--device` can ask for."""
    rows = ((f"`{name}`", meaning) for name, meaning in FIELDS.items())
    return _table(("field", "what it is"), rows)


def _options() -> Iterator[tuple[str, str, str]]:
    told: dict[tuple[str, str], list[str]] = {}
    for task in TASKS:
        for argument in task.get_arguments():
            key = f"--{str(argument.name).replace('_', '-')}", argument.help or ""
            told.setdefault(key, []).append(str(task.name))
    for (option, meaning), names in sorted(told.items()):
        yield f"`{option}`", meaning, ", ".join(names)


def _errors() -> list[type[errors.SideloadError]]:
    """In the order of the drawing."""
    words = re.findall(r"\w+", errors.__doc__ or "")
    found = [getattr(errors, word) for word in words if word in errors.__all__]
    return [one for one in found if issubclass(one, errors.SideloadError)]


def _named(code: int) -> Sequence[str]:
    """Errors of that code that a program can meet; those that only group others are left out."""
    every = _errors()
    parents = {parent for one in every for parent in one.__bases__}
    return [one.__name__ for one in every if one.exit_code == code and one not in parents]


def _about(family: str, name: str) -> str:
    folder = places.PACKAGE / family
    file = folder / f"{name}.py"
    source = file if file.is_file() else folder / name / "__init__.py"
    return (ast.get_docstring(ast.parse(source.read_text("utf-8"))) or "").split("\n")[0]


def _first_line(task: Task[Any]) -> str:
    return (task.__doc__ or "").strip().split("\n")[0]


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(map(_cell, line)) + " |" for line in lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
