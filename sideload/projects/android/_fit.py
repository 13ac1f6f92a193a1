"""How our module must be written so that it fits into a project that is there already."""

import re
from typing import Final

from sideload.host import files
from sideload.projects.android import _catalog, _gradle
from sideload.projects.android._gradle import App, Script
from sideload.projects.android._library import Plugin, Surroundings
from sideload.projects.android._table import Table

KOTLIN: Final = "org.jetbrains.kotlin.android"
LIBRARY: Final = "com.android.library"
# From this version on, the Android plugin compiles Kotlin itself, and refuses the other plugin.
BUILTIN: Final = (9,)
# Unless the project says so in its properties, as long as some plugin of it cannot do without.
TURNED_OFF: Final = re.compile(r"^\s*android\.builtInKotlin\s*[=:]\s*false\b", re.MULTILINE)
# From this version on, native libraries lie at pages of 16 KB, without which newer phones refuse
# to load them.
PAGES: Final = (8, 5, 1)
LIMIT_BYTES: Final = 4_000_000
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
    builtin = _is_from(agp, BUILTIN) and not TURNED_OFF.search(_properties(app))
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
    agp = _agp(app)
    if agp and not _is_from(agp, PAGES):
        found.append(
            f"Android's plugin {agp} puts native libraries where phones with pages of 16 KB cannot "
            f"load them: use {'.'.join(map(str, PAGES))} or newer"
        )
    if not any("mavenCentral" in script.code for script in _scripts(app)):
        found.append("no script names mavenCentral(), where the runtimes come from")
    return found


def is_plain(app: App) -> bool:
    """Whether `android { }` is known to the app's Kotlin script, since `plugins { }` applies it."""
    return not re.search(r"\bapply\s*\(\s*plugin", app.build.code)


def _is_from(version: str, least: tuple[int, ...]) -> bool:
    """Whether a version is that one or a newer; nobody knows of one that is not said in numbers."""
    told = re.match(r"\d+(?:\.\d+)*", version)
    return told is not None and tuple(map(int, told[0].split("."))) >= least


def _properties(app: App) -> str:
    path = app.root / "gradle.properties"
    data = files.read_bytes(path, limit_bytes=LIMIT_BYTES) if path.is_file() else b""
    return data.decode("utf-8", "replace")


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
