"""`am`: start Activities and end apps, in Android's words."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from sideload.errors import SideloadError
from sideload.simulated.android.apps import installed, processes
from sideload.simulated.android.apps.installed import App
from sideload.simulated.android.apps.package import absolute
from sideload.simulated.android.apps.words import complain, say

_KINDS: Final = {"-e": "es", "--es": "es", "--ei": "ei", "--el": "el", "--ef": "ef", "--ez": "ez"}
_NAMED: Final = {"-a": "action", "-c": "category"}
_WITH_VALUE: Final = frozenset({"--user", "-f", "--windowingMode", "--display", "-t", "-d"})


@dataclass(kw_only=True)
class Intent:
    """What `am start` was told."""

    component: str = ""
    extras: list[tuple[str, str, str]] = field(default_factory=list)
    waits: bool = False
    stops_first: bool = False

    def shown(self) -> str:
        """As Android prints it."""
        package, _, name = self.component.partition("/")
        short = name if name.startswith(".") else name.replace(f"{package}.", ".", 1)
        return f"Intent {{ cmp={package}/{short}{' (has extras)' if self.extras else ''} }}"


def main(root: Path, words: Sequence[str]) -> int:
    """What `am` does with these words; its exit code."""
    command, *rest = words or [""]
    if command in {"start", "start-activity"}:
        return _start(root, rest)
    if command == "instrument":
        return complain("INSTRUMENTATION_FAILED: a simulated phone runs Activities only")
    if command in {"force-stop", "kill"}:
        for name in (word for word in rest if not word.startswith("-")):
            processes.stop(root, name)
        return 0
    if command == "kill-all":
        for name in installed.names(root):
            processes.stop(root, name)
        return 0
    return complain(f"Unknown command: {command}", 255)


def _start(root: Path, words: Sequence[str]) -> int:
    try:
        intent = _intent(words)
    except ValueError as error:
        return complain(f"Error: {error}")
    package, _, name = intent.component.partition("/")
    activity = absolute(name, package)
    if intent.stops_first:
        say(f"Stopping: {package}")
        processes.stop(root, package)
    say(f"Starting: {intent.shown()}")
    app = installed.find(root, package)
    refusal = _refusal(app, package, activity)
    if app is None or refusal:
        return complain(refusal)
    try:
        made = processes.start(root, app, activity, intent.extras)
    except SideloadError as error:
        return complain(f"Error: a simulated phone runs apps on a JVM: {error}")
    if not made.is_new:
        say("Warning: Activity not started, its current task has been brought to the front")
    if intent.waits:
        _tell(made, f"{package}/{activity.replace(f'{package}.', '.', 1)}")
    return 0


def _refusal(app: App | None, package: str, activity: str) -> str:
    known = {} if app is None else {each.name: each for each in app.facts.activities}
    if activity not in known:
        return f"Error type 3\nError: Activity class {{{package}/{activity}}} does not exist."
    if not known[activity].is_exported:
        return f"Security exception: Permission Denial: not exported: {package}/{activity}"
    return ""


def _tell(made: processes.Start, component: str) -> None:
    if made.displayed_ms is None:
        say("Status: timeout")
    else:
        say("Status: ok")
        say(f"LaunchState: {'COLD' if made.is_new else 'HOT'}")
    say(f"Activity: {component}")
    if made.displayed_ms is not None:
        say(f"TotalTime: {made.displayed_ms}")
        say(f"WaitTime: {made.displayed_ms}")
    say("Complete")


def _intent(words: Sequence[str]) -> Intent:
    intent, left = Intent(), list(words)
    while left:
        word = left.pop(0)
        if word in _KINDS:
            key, value = _taken(left, word), _taken(left, word)
            _READ[_KINDS[word]](value)
            intent.extras.append((_KINDS[word], key, value))
        elif word in _NAMED:
            intent.extras.append((_NAMED[word], "", _taken(left, word)))
        elif word in _WITH_VALUE:
            _taken(left, word)
        else:
            _switch(intent, word, left)
    if "/" not in intent.component:
        raise ValueError(f"Bad component name: {intent.component}")
    return intent


def _switch(intent: Intent, word: str, left: list[str]) -> None:
    if word == "-W":
        intent.waits = True
    elif word == "-S":
        intent.stops_first = True
    elif word.startswith("-") and word != "-n":
        raise ValueError(f"Unknown option: {word}")
    else:
        intent.component = _taken(left, word) if word == "-n" else word


def _taken(left: list[str], word: str) -> str:
    if not left:
        raise ValueError(f"Argument expected after {word!r}")
    return left.pop(0)


def _flag(text: str) -> bool:
    if text not in {"true", "false"}:
        raise ValueError(f"Invalid boolean value: {text}")
    return text == "true"


_READ: Final[dict[str, Callable[[str], object]]] = {
    "es": str,
    "ei": int,
    "el": int,
    "ef": float,
    "ez": _flag,
}
