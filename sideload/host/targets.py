"""Targets: one YAML file each, in the project's `targets/` or the shipped one.

A file is checked as a whole, and every fault is reported at once with its line.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from sideload.errors import NameError_, TargetError, UnknownTargetError
from sideload.host import _targetfile, _targetrules, neutral, places, yamlfile
from sideload.host._oserrors import shown
from sideload.host._targetwords import Fault, Place, meant, quoted
from sideload.values import FleetPlan, Limits, MeasurementPlan, Target

SUFFIXES: Final = (".yaml", ".yml")
NAME: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}")
SHOWN: Final = 60
SHOWN_FAULTS: Final = 40
# YAML's words for what pydantic calls by Python's.
WORDS: Final = {
    "Input should": "it should",
    "Tuple": "the list",
    "array": "list",
    "an object": "keys and values",
    " after validation": "",
}
REMEDY: Final = "correct those lines; targets/README.md describes every key"


def names() -> tuple[str, ...]:
    """The names that `--target` takes."""
    return tuple(sorted(_files()))


def read(name_or_path: str) -> Target:
    """The target of that name, or the one in that YAML file.

    Raises:
        UnknownTargetError: There is no such target and no such file.
        TargetError: The file is not a valid target; the message lists every fault with its line.
        YamlError: It is not YAML, or more than plain data.
        NameError_: The file's name cannot name a folder.
    """
    path = _find(name_or_path)
    if not NAME.fullmatch(path.stem):
        raise NameError_(
            f"{shown(path)}: a target is called as its file, and {path.stem!r} will not do",
            remedy="rename the file: letters, digits, _ . and - only",
        )
    document = yamlfile.load(path)
    faults = sorted(_faults(document.data), key=lambda fault: document.line(fault[0]))
    if faults:
        raise TargetError(_complaint(document, faults), remedy=REMEDY)
    keys = _targetfile.TargetKeys.model_validate_json(json.dumps(document.data))
    return _value(path.stem, keys)


def schema() -> dict[str, Any]:
    """The JSON Schema of a target file, for editors."""
    return _targetfile.schema(_targetrules.choices())


def schema_text() -> str:
    """The schema as it is kept in `docs/target.schema.json`."""
    return json.dumps(schema(), indent=2) + "\n"


def table() -> str:
    """Every key as a Markdown table: key, default, meaning."""
    rows = ["| key | default | meaning |", "|---|---|---|", *_rows(_targetfile.TargetKeys, "")]
    return "\n".join(rows) + "\n"


def _files() -> dict[str, Path]:
    # The project's own come last, so that they win.
    folders = (places.targets(), places.own_targets())
    return {
        path.stem: path
        for folder in folders
        for suffix in SUFFIXES
        for path in folder.glob(f"*{suffix}")
    }


def _find(name_or_path: str) -> Path:
    known = _files()
    if name_or_path in known:
        return known[name_or_path]
    path = Path(name_or_path)
    if _is_path(name_or_path) and _is_there(path):
        return path
    problem = f"no target called {quoted(name_or_path)}"
    if _is_path(name_or_path):
        problem = f"no target file {quoted(name_or_path)}"
    raise UnknownTargetError(
        f"{problem}{meant(name_or_path, tuple(known))}",
        remedy=f"use one of {', '.join(sorted(known))}, or the path of a YAML file",
    )


def _is_path(text: str) -> bool:
    return "\0" not in text and ("/" in text or text.endswith(SUFFIXES))


def _is_there(path: Path) -> bool:
    try:
        return path.exists() and not path.is_dir()
    except OSError:  # a name longer than any file's
        return False


def _faults(data: object) -> Iterator[Fault]:
    if not isinstance(data, dict):
        what = "it is empty" if data is None else "it must hold keys and values"
        yield (), f"{what}; a target has at least platform, runtimes and precisions"
        return
    try:
        _targetfile.TargetKeys.model_validate_json(json.dumps(data))
    except ValidationError as error:
        yield from (_schema_fault(fault) for fault in error.errors())
    yield from _targetrules.faults(data)


def _schema_fault(fault: ErrorDetails) -> Fault:
    place: Place = fault["loc"]
    if fault["type"] == "extra_forbidden":
        keys = _keys_at(place[:-1])
        return place, f"unknown key{meant(str(place[-1]), keys)}"
    if fault["type"] == "missing":
        return place, "it is missing"
    if fault["type"] == "too_short":
        return place, "it is empty; leave the key out, or list something"
    if fault["type"] == "too_long":
        return place, "it lists too much"
    said = fault["msg"]
    for theirs, ours in WORDS.items():
        said = said.replace(theirs, ours)
    return place, f"{said}, not {_short(fault['input'])}"


def _keys_at(place: Place) -> tuple[str, ...]:
    kinds: dict[str | int, type[BaseModel]] = {
        "profile": _targetfile.ProfileKeys,
        "limits": _targetfile.LimitKeys,
        "fleet": _targetfile.FleetKeys,
    }
    kind = kinds.get(place[0], _targetfile.TargetKeys) if place else _targetfile.TargetKeys
    return tuple(kind.model_fields)


def _complaint(document: yamlfile.Document, faults: list[Fault]) -> str:
    lines = [f"{shown(document.path)} is not a valid target"]
    for place, sentence in faults[:SHOWN_FAULTS]:
        where = "".join(f"{neutral.line(str(part))[:SHOWN]}." for part in place)
        start = f"{shown(document.path)}:{document.line(place)}: {where.rstrip('.')}"
        lines.append(f"  {start}: {sentence}" if place else f"  {start}{sentence}")
    if len(faults) > SHOWN_FAULTS:
        lines.append(f"  and {len(faults) - SHOWN_FAULTS} more")
    return "\n".join(lines)


def _short(value: object) -> str:
    text = json.dumps(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def _value(name: str, keys: _targetfile.TargetKeys) -> Target:
    plain = keys.model_dump(exclude={"profile", "limits", "fleet"})
    return Target(
        name=name,
        profile=MeasurementPlan(**keys.profile.model_dump()),
        fleet=FleetPlan(**keys.fleet.model_dump()),
        limits={name: Limits(**limits.model_dump()) for name, limits in keys.limits.items()},
        **plain,
    )


def _rows(kind: type[BaseModel], prefix: str) -> Iterator[str]:
    for key, field in kind.model_fields.items():
        if key == "profile":
            yield from _rows(_targetfile.ProfileKeys, "profile.")
        elif key == "fleet":
            yield from _rows(_targetfile.FleetKeys, "fleet.")
        elif key == "limits":
            yield from _rows(_targetfile.LimitKeys, "limits.*precision*.")
        else:
            default = "required" if field.is_required() else f"`{json.dumps(field.default)}`"
            yield f"| `{prefix}{key}` | {default} | {field.description} |"
