"""How our module must be written so that it fits into a project that is there already."""

import re
from typing import Final

from sideload.projects.android import _catalog, _gradle
from sideload.projects.android._gradle import App, Script
from sideload.projects.android._library import Plugin, Surroundings
from sideload.projects.android._table import Table

KOTLIN: Final = "org.jetbrains.kotlin.android"
LIBRARY: Final = "com.android.library"
# From this version on, the Android plugin compiles Kotlin itself, and refuses the other plugin.
BUILTIN: Final = 9
CLASSPATH: Final = re.compile(r"com\.android\.tools\.build:gradle:(\d[\w.-]*)")
# With or without `Version`, an equals sign, brackets, or the block that plugin 9 knows.
SAID: Final = r"(?:Version)?(?:\s*=\s*|\s*\(\s*|\s*\{\s*version\s*=\s*release\(\s*|\s+)"
NUMBERS: Final = {
    "compile": rf"\bcompileSdk{SAID}(\d+)",
    "min": rf"\bminSdk{SAID}(\d+)",
}


def surroundings(app: App, table: Table) -> Surroundings:
    """The plugins, with versions where no other script says them, and the SDK to compile with."""
    agp = _agp(app)
    builtin = agp.partition(".")[0].isdecimal() and int(agp.partition(".")[0]) >= BUILTIN
    android = Plugin(id=LIBRARY, version="" if _is_on_classpath(app) else agp)
    kotlin = () if builtin else (_kotlin(app, table),)
    return Surroundings(
        plugins=(android, *kotlin),
        compile_sdk=number(app, "compile") or table.build.compile_sdk,
        builtin_kotlin=builtin,
    )


def number(app: App, which: str) -> int:
    """The SDK that the app says it compiles with (`compile`) or asks for (`min`); else 0."""
    pattern = re.compile(NUMBERS[which])
    for script in _scripts(app):
        found = [int(hit[1]) for hit in pattern.finditer(script.code)]
        if found:
            return min(found)
    stated = _catalog.version(app.root, f"{which}Sdk")
    return int(stated) if stated.isdecimal() else 0


def notes(app: App, table: Table) -> list[str]:
    """What a person has to do before the app can be built."""
    found = []
    oldest = number(app, "min")
    if oldest and oldest < table.min_sdk:
        found.append(
            f"{app.build.name} asks for Android {oldest}, and the runtime for {table.min_sdk}: "
            f"set minSdk to {table.min_sdk}"
        )
    if not any("mavenCentral" in script.code for script in _scripts(app)):
        found.append("no script names mavenCentral(), where the runtimes come from")
    return found


def is_plain(app: App) -> bool:
    """Whether `android { }` is known to the app's Kotlin script, since `plugins { }` applies it."""
    return not re.search(r"\bapply\s*\(\s*plugin", app.build.code)


def _scripts(app: App) -> list[Script]:
    return [app.build, *([app.root_build] if app.root_build else []), app.settings]


def _agp(app: App) -> str:
    """The version of the Android plugin, or nothing where it cannot be seen."""
    for script in _scripts(app):
        hit = CLASSPATH.search(script.code)
        if hit:
            return hit[1]
        for name, version in _every(app, script):
            if name.startswith("com.android.") and version:
                return version
    return next((v for name, v in _catalog.ids(app.root) if name.startswith("com.android.")), "")


def _is_on_classpath(app: App) -> bool:
    """Whether a script above our module brings the Android plugin along."""
    above = [script for script in (app.root_build, app.settings) if script]
    return any(
        "com.android.tools.build:gradle" in script.code
        or any(name.startswith("com.android.") for name, _ in _every(app, script))
        for script in above
    )


def _kotlin(app: App, table: Table) -> Plugin:
    above = [script for script in (app.root_build, app.settings) if script]
    names = ("kotlin-gradle-plugin", KOTLIN, 'kotlin("android")')
    held = any(name in script.code for script in above for name in names)
    if held or any(name == KOTLIN for script in above for name, _ in _every(app, script)):
        return Plugin(id=KOTLIN)
    own = dict(_gradle.plugins(app.root, app.build)).get(KOTLIN)
    return Plugin(id=KOTLIN, version=own or table.build.kotlin)


def _every(app: App, script: Script) -> list[tuple[str, str]]:
    """The plugins that a script names, those too that it does not apply itself."""
    named = re.sub(r"\bapply\s*\(?\s*false\b", "", script.code)
    changed = Script(path=script.path, name=script.name, text=named)
    return _gradle.plugins(app.root, changed)
