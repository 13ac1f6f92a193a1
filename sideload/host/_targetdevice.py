"""Rules about the device of a target file: what runs there, and where files go."""

from collections.abc import Callable, Iterator
from typing import Final

from sideload.host import quantities
from sideload.host._targetwords import Fault, Keys, quoted, texts


def _runner(keys: Keys) -> Iterator[Fault]:
    runner, platform = keys.get("runner"), keys.get("platform")
    libraries = keys.get("runner_libraries")
    if runner == "ndk" and platform != "android":
        yield ("runner",), "ndk is for the platform android"
    if runner == "ndk" and not libraries:
        yield ("runner",), "ndk needs runner_libraries, the folder with runtimes for Android"
    if libraries and runner != "ndk":
        yield ("runner_libraries",), "runner_libraries is for runner: ndk"


def _run(keys: Keys) -> Iterator[Fault]:
    if keys.get("run") != "app":
        return
    if keys.get("platform") != "android":
        yield ("run",), "app is for the platform android"
    if keys.get("runner") == "ndk":
        yield ("runner",), "an app has no runner; leave it out, or write run: shell"
    if "kotlin" not in [name for _, name in texts(keys, "languages")]:
        yield ("run",), "an app calls models by their classes in kotlin, which languages must list"


def _device_root(keys: Keys) -> Iterator[Fault]:
    root = keys.get("device_root")
    if isinstance(root, str) and root:
        parts = root.removesuffix("/").split("/")[1:]
        if not root.startswith("/"):
            yield ("device_root",), f"{quoted(root)} must be absolute: it starts with no /"
        elif not parts or not root.isprintable() or {"", ".", ".."} & set(parts):
            yield ("device_root",), f"{quoted(root)} must name a folder plainly, without . and .."


def _device_budget(keys: Keys) -> Iterator[Fault]:
    budget = keys.get("device_budget")
    if isinstance(budget, str) and quantities.parse_size(budget) is None:
        yield ("device_budget",), f"{quoted(budget)} is no size; write 500 MB or 4 GB"


RULES: Final[tuple[Callable[[Keys], Iterator[Fault]], ...]] = (
    _device_root,
    _device_budget,
    _runner,
    _run,
)
