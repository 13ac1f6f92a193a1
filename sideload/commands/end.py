"""The only place where an expected failure becomes a message and an exit code."""

import json
from collections.abc import Callable
from typing import Any

from invoke.exceptions import Exit

from sideload.commands.answer import Answer
from sideload.errors import INTERRUPTED, SideloadError
from sideload.host import console
from sideload.reports import document
from sideload.values import SCHEMA


def end(command: str, act: Callable[[], Answer], *, as_json: bool) -> None:
    """Run a command and say what came of it: on stdout the result, on stderr what went wrong.

    Raises:
        Exit: It did not succeed; Invoke ends the program with its code.
    """
    try:
        answer = act()
        _show(answer, as_json=as_json)
    except SideloadError as error:
        raise Exit(code=fail(error, as_json=as_json)) from error
    except KeyboardInterrupt as interrupt:
        raise Exit(code=_interrupted(command, as_json=as_json)) from interrupt
    if answer.failures:
        raise Exit(code=answer.failures[0].exit_code)


def fail(error: SideloadError, *, as_json: bool) -> int:
    """Say why nothing came of it; the exit code."""
    if as_json:
        console.result(_text(document.error(error)))
    console.fail(str(error))
    return error.exit_code


def _interrupted(command: str, *, as_json: bool) -> int:
    problem, remedy = f"{command} was interrupted", "the same command, which goes on from here"
    if as_json:
        told = {"type": "Interrupted", "message": problem, "remedy": remedy}
        fault = {**told, "exit_code": INTERRUPTED}
        console.result(_text({"schema": SCHEMA, "error": fault}))
    console.fail(f"{problem}\n  try: {remedy}")
    return INTERRUPTED


def _show(answer: Answer, *, as_json: bool) -> None:
    found: dict[str, Any] = dict(answer.document)
    if answer.failures:
        # Each was shown on stderr when it came; the first decides how the program ends.
        found |= document.error(answer.failures[0])
        found["errors"] = [document.error(error)["error"] for error in answer.failures]
    if as_json:
        console.result(_text(found))
    elif answer.text:
        console.result(answer.text)


def _text(found: dict[str, Any]) -> str:
    return json.dumps(found, indent=2, allow_nan=False)
