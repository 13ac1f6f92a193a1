"""Names that must exist and combinations that cannot work, in the plain data of a target file.

Each rule looks at what it needs and leaves wrong types to the schema, so that all faults of a file
come out at once.
"""

import difflib
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, TypeAlias

from sideload import schemes
from sideload.host import discover, quantities

Place: TypeAlias = tuple[str | int, ...]
Fault: TypeAlias = tuple[Place, str]
Keys: TypeAlias = Mapping[str, Any]

# What ExecuTorch can lower to, and the platforms where no device could run the result. A Linux
# host lowers for Core ML ahead of time, and checks the file by its structure.
BACKENDS: Final[Mapping[str, tuple[str, ...]]] = {
    "xnnpack": (),
    "coreml": ("android",),
    "vulkan": ("linux", "ios", "macos"),
}
RUNNERS: Final = ("glibc", "ndk")
# Longer lists are refused as a whole.
LOOKED_AT: Final = 100
SHOWN: Final = 60
FAMILIES: Final = {"runtimes": "runtime", "languages": "language"}


def choices() -> dict[str, tuple[str, ...]]:
    """The names that each key, or each of its items, can take."""
    known = {scheme.name for runtime in schemes.BY_RUNTIME.values() for scheme in runtime}
    return {
        "platform": discover.names("platforms"),
        "runtimes": discover.names("runtimes"),
        "languages": discover.names("languages"),
        "precisions": tuple(sorted({*schemes.PRECISIONS, *known})),
        "backend": tuple(BACKENDS),
        "runner": RUNNERS,
    }


def faults(keys: Keys) -> Iterator[Fault]:
    """Every broken rule, with the place of the key or item that breaks it."""
    for rule in RULES:
        yield from rule(keys)


def meant(name: str, known: Sequence[str]) -> str:
    """The end of a sentence that helps on from an unknown `name`."""
    by_case = {each.casefold(): each for each in known}
    close = difflib.get_close_matches(name.casefold(), by_case, n=1, cutoff=0.6)
    if close:
        return f"; did you mean {by_case[close[0]]!r}?"
    return f"; use one of {', '.join(sorted(known))}" if known else ""


def quoted(text: str) -> str:
    """`text` in quotes, on one line, its end left out if it is long."""
    return repr(text) if len(text) <= SHOWN else f"{text[:SHOWN]!r}…"


def _unknown_names(keys: Keys) -> Iterator[Fault]:
    known = choices()
    for family, noun in FAMILIES.items():
        for index, name in _texts(keys, family):
            if name not in known[family]:
                yield (
                    (family, index),
                    f"no {noun} called {quoted(name)}{meant(name, known[family])}",
                )
    for key in ("platform", "backend", "runner"):
        value = keys.get(key)
        if isinstance(value, str) and value not in known[key]:
            yield (key,), f"no {key} called {quoted(value)}{meant(value, known[key])}"


def _unknown_models(keys: Keys) -> Iterator[Fault]:
    known = discover.names("models")
    for index, name in _texts(keys, "models"):
        # Anything with a slash, a colon or a suffix is a path or a hub's id, looked at when used.
        if name not in known and not set("/:.") & set(name) and not Path(name).is_dir():
            yield ("models", index), f"no model called {quoted(name)}{meant(name, known)}"


def _repetitions(keys: Keys) -> Iterator[Fault]:
    for key in ("runtimes", "precisions", "models", "languages"):
        seen: set[str] = set()
        for index, name in _texts(keys, key):
            if name in seen:
                yield (key, index), f"{quoted(name)} is listed twice"
            seen.add(name)


def _precisions(keys: Keys) -> Iterator[Fault]:
    runtimes = [name for _, name in _texts(keys, "runtimes") if name in schemes.BY_RUNTIME]
    for index, name in _texts(keys, "precisions"):
        owners = runtimes or schemes.BY_RUNTIME
        refused = [schemes.REFUSED[r, name] for r in owners if (r, name) in schemes.REFUSED]
        if refused:
            yield ("precisions", index), f"{name} is refused: {refused[0]}"
        elif not any(_has(runtime, name) for runtime in schemes.BY_RUNTIME):
            known = choices()["precisions"]
            yield (
                ("precisions", index),
                f"no precision or scheme called {quoted(name)}{meant(name, known)}",
            )
        elif runtimes and not any(_has(runtime, name) for runtime in runtimes):
            owners = [runtime for runtime in schemes.BY_RUNTIME if _has(runtime, name)]
            yield (
                ("precisions", index),
                f"{name} is a scheme of {' and '.join(owners)}, which runtimes does not list",
            )


def _idle_runtimes(keys: Keys) -> Iterator[Fault]:
    precisions = [name for _, name in _texts(keys, "precisions")]
    valid = [name for name in precisions if schemes.known(name)]
    for index, runtime in _texts(keys, "runtimes"):
        known = runtime in schemes.BY_RUNTIME
        if known and valid and not any(_has(runtime, name) for name in valid):
            yield ("runtimes", index), f"{runtime} has none of the precisions listed"


def _backend(keys: Keys) -> Iterator[Fault]:
    backend, platform = keys.get("backend"), keys.get("platform")
    runtimes = [name for _, name in _texts(keys, "runtimes")]
    if not isinstance(backend, str) or backend not in BACKENDS:
        return
    if platform in BACKENDS[backend]:
        yield ("backend",), f"nothing on {platform} can execute {backend}"
    if runtimes and "executorch" not in runtimes and backend != "xnnpack":
        yield ("backend",), f"{backend} is for executorch, which runtimes does not list"


def _limits(keys: Keys) -> Iterator[Fault]:
    limits, precisions = keys.get("limits"), [name for _, name in _texts(keys, "precisions")]
    for name in limits if isinstance(limits, dict) else ():
        if precisions and name not in precisions:
            yield (
                ("limits", name),
                f"precisions does not list {quoted(name)}{meant(name, precisions)}",
            )


def _runner(keys: Keys) -> Iterator[Fault]:
    runner, platform = keys.get("runner"), keys.get("platform")
    libraries = keys.get("runner_libraries")
    if runner == "ndk" and platform != "android":
        yield ("runner",), "ndk is for the platform android"
    if runner == "ndk" and not libraries:
        yield ("runner",), "ndk needs runner_libraries, the folder with runtimes for Android"
    if libraries and runner != "ndk":
        yield ("runner_libraries",), "runner_libraries is for runner: ndk"


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


def _has(runtime: str, name: str) -> bool:
    return any(name in {scheme.name, scheme.precision} for scheme in schemes.BY_RUNTIME[runtime])


def _texts(keys: Keys, key: str) -> list[tuple[int, str]]:
    items = keys.get(key)
    if not isinstance(items, list):
        return []
    looked_at = enumerate(items[:LOOKED_AT])
    return [(index, item) for index, item in looked_at if isinstance(item, str)]


RULES: Final[tuple[Callable[[Keys], Iterator[Fault]], ...]] = (
    _unknown_names,
    _unknown_models,
    _repetitions,
    _precisions,
    _idle_runtimes,
    _backend,
    _limits,
    _device_root,
    _device_budget,
    _runner,
)
