"""Gradle scripts in Kotlin, each type-checked as the body of the class that Gradle makes of it.

What a script may name depends on the plugins that it applies and on the version catalog of its
project, here as there. The classes in `dsl/` have the names, nesting and types of the real ones.
"""

import re
import tomllib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sideload.projects.android import _gradle
from tests.bindings import kotlin_tools

DSL: Final = Path(__file__).parent / "dsl"
KINDS: Final = {
    "com.android.application": "ApplicationScript",
    "com.android.library": "LibraryScript",
    "com.android.asset-pack": "AssetPackScript",
}
# What Gradle imports into every script.
IMPORTS: Final = (
    "org.gradle.api.*",
    "org.gradle.api.initialization.resolve.*",
    "org.gradle.kotlin.dsl.*",
)
LEAVES: Final = {"plugins": "PluginDependency", "libraries": "LibraryDependency"}
# Lines before the script's own.
HEAD: Final = 4
SAID: Final = re.compile(
    r"script(?P<number>\d+)\.kt:(?P<line>\d+):\d+: (?:error|warning): (?P<what>.*)"
)


@dataclass(frozen=True, kw_only=True)
class Script:
    """One script; `catalog` is the text of its project's version catalog, or nothing."""

    name: str
    text: str
    base: str
    catalog: str = ""


def of_project(root: Path, named: str) -> list[Script]:
    """Every script in Kotlin of the project in `root`; `named` stands before their paths."""
    catalog = root / "gradle" / "libs.versions.toml"
    known = catalog.read_text("utf-8-sig") if catalog.is_file() else ""
    return [
        Script(
            name=f"{named}: {path.relative_to(root).as_posix()}",
            text=path.read_text("utf-8-sig"),
            base=_base(root, path),
            catalog=known,
        )
        for path in sorted(root.rglob("*.gradle.kts"))
    ]


def complaints(scripts: Sequence[Script], folder: Path) -> dict[str, list[tuple[int, str]]]:
    """What the compiler says of each script, by name: the line in the script, and the words."""
    wrapped = [_wrapped(script, number) for number, script in enumerate(scripts)]
    paths = [folder / f"script{number}.kt" for number in range(len(scripts))]
    for path, text in zip(paths, wrapped, strict=True):
        path.write_text(text, "utf-8")
    said = kotlin_tools.said([*sorted(DSL.glob("*.kt")), *paths], [], folder / "classes")
    found: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for hit in SAID.finditer(said):
        found[scripts[int(hit["number"])].name].append((int(hit["line"]) - HEAD, hit["what"]))
    assert found or not said, said
    return dict(found)


def _base(root: Path, path: Path) -> str:
    if path.name.startswith("settings."):
        return "SettingsScript"
    script = _gradle.script(root.resolve(), path.resolve())
    if re.search(r"\bapply\(plugin", script.code):
        return "LateScript"
    applied = [KINDS[name] for name, _ in _gradle.plugins(root, script) if name in KINDS]
    return next(iter(applied), "BuildScript")


def _wrapped(script: Script, number: int) -> str:
    lines = script.text.splitlines()
    imports = [line.strip() for line in lines if line.startswith("import ")]
    every = [*(f"import {name}" for name in IMPORTS), *imports]
    head = [
        '@file:Suppress("unused", "UNUSED_VARIABLE", "ClassName")',
        f"package script{number}",
        "; ".join(every),
        f"public abstract class Script : {script.base}() {{ public fun evaluate() {{",
    ]
    body = ["" if line.startswith("import ") else line for line in lines]
    return "\n".join([*head, *body, "} }", _accessors(script.catalog), ""])


def _accessors(catalog: str) -> str:
    """`libs`, as Gradle makes it of a catalog: each part of a name between dashes is one more."""
    told = tomllib.loads(catalog)
    tree: dict[str, Any] = {}
    for kind, leaf in LEAVES.items():
        top = tree.setdefault("plugins", {}) if kind == "plugins" else tree
        for name in told.get(kind, {}):
            at = top
            for part in re.split(r"[-_.]", name):
                at = at.setdefault(part, {})
            at[""] = leaf
    return _object("libs", tree) if tree else ""


def _object(name: str, tree: Mapping[str, Any]) -> str:
    leaf = f" : {tree['']}()" if "" in tree else ""
    inside = " ".join(_object(part, below) for part, below in tree.items() if part)
    return f"{'private' if name == 'libs' else 'public'} object {name}{leaf} {{ {inside} }}"
