"""Names that must exist and combinations that cannot work, in the plain data of a target file.

Each rule looks at what it needs and leaves wrong types to the schema, so that all faults of a file
come out at once.
"""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

from sideload import schemes
from sideload.host import _targetdevice, discover
from sideload.host._targetwords import Fault, Keys, meant, quoted, texts

# What ExecuTorch can lower to, and the platforms where no device could run the result. A Linux
# host lowers for Core ML ahead of time, and checks the file by its structure.
BACKENDS: Final[Mapping[str, tuple[str, ...]]] = {
    "xnnpack": (),
    "coreml": ("android",),
    "vulkan": ("linux", "ios", "macos"),
}
RUNNERS: Final = ("glibc", "ndk")
RUNS: Final = ("app", "shell")
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
        "run": RUNS,
    }


def faults(keys: Keys) -> Iterator[Fault]:
    """Every broken rule, with the place of the key or item that breaks it."""
    for rule in RULES:
        yield from rule(keys)


def _unknown_names(keys: Keys) -> Iterator[Fault]:
    known = choices()
    for family, noun in FAMILIES.items():
        for index, name in texts(keys, family):
            if name not in known[family]:
                yield (
                    (family, index),
                    f"no {noun} called {quoted(name)}{meant(name, known[family])}",
                )
    for key in ("platform", "backend", "runner", "run"):
        value = keys.get(key)
        if isinstance(value, str) and value not in known[key]:
            yield (key,), f"no {key} called {quoted(value)}{meant(value, known[key])}"


def _unknown_models(keys: Keys) -> Iterator[Fault]:
    known = discover.names("models")
    for index, name in texts(keys, "models"):
        # Anything with a slash, a colon or a suffix is a path or a hub's id, looked at when used.
        if name not in known and not set("/:.") & set(name) and not Path(name).is_dir():
            yield ("models", index), f"no model called {quoted(name)}{meant(name, known)}"


def _repetitions(keys: Keys) -> Iterator[Fault]:
    for key in ("runtimes", "precisions", "models", "languages"):
        seen: set[str] = set()
        for index, name in texts(keys, key):
            if name in seen:
                yield (key, index), f"{quoted(name)} is listed twice"
            seen.add(name)


def _precisions(keys: Keys) -> Iterator[Fault]:
    runtimes = [name for _, name in texts(keys, "runtimes") if name in schemes.BY_RUNTIME]
    for index, name in texts(keys, "precisions"):
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
    precisions = [name for _, name in texts(keys, "precisions")]
    valid = [name for name in precisions if schemes.known(name)]
    for index, runtime in texts(keys, "runtimes"):
        known = runtime in schemes.BY_RUNTIME
        if known and valid and not any(_has(runtime, name) for name in valid):
            yield ("runtimes", index), f"{runtime} has none of the precisions listed"


def _backend(keys: Keys) -> Iterator[Fault]:
    backend, platform = keys.get("backend"), keys.get("platform")
    runtimes = [name for _, name in texts(keys, "runtimes")]
    if not isinstance(backend, str) or backend not in BACKENDS:
        return
    if platform in BACKENDS[backend]:
        yield ("backend",), f"nothing on {platform} can execute {backend}"
    if runtimes and "executorch" not in runtimes and backend != "xnnpack":
        yield ("backend",), f"{backend} is for executorch, which runtimes does not list"


def _limits(keys: Keys) -> Iterator[Fault]:
    limits, precisions = keys.get("limits"), [name for _, name in texts(keys, "precisions")]
    for name in limits if isinstance(limits, dict) else ():
        if precisions and name not in precisions:
            yield (
                ("limits", name),
                f"precisions does not list {quoted(name)}{meant(name, precisions)}",
            )


def _has(runtime: str, name: str) -> bool:
    return any(name in {scheme.name, scheme.precision} for scheme in schemes.BY_RUNTIME[runtime])


RULES: Final[tuple[Callable[[Keys], Iterator[Fault]], ...]] = (
    _unknown_names,
    _unknown_models,
    _repetitions,
    _precisions,
    _idle_runtimes,
    _backend,
    _limits,
    *_targetdevice.RULES,
)
