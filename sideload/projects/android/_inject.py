"""The lines that we put into scripts of the user, in the language of each."""

from collections.abc import Callable, Sequence
from typing import Final

from sideload.projects import _marks
from sideload.projects.android import _text
from sideload.projects.android._library import LIBRARY, PACK

INDENT: Final = "    "


def settings(*, packed: bool) -> list[str]:
    """Lines that make our modules known; both languages read them."""
    names = [LIBRARY.name, *([PACK.name] if packed else [])]
    return [f'include(":{name}")' for name in names]


def build(suffixes: Sequence[str], *, is_kotlin: bool, is_plain: bool, packed: bool) -> list[str]:
    """Lines that make an app depend on our modules, and store models as they are.

    `is_plain` says that the script knows `android` and `implementation` by name.
    """
    write = _kotlin if is_kotlin else _groovy
    opening = "android {"
    if is_kotlin and not is_plain:
        opening = "configure<com.android.build.api.dsl.ApplicationExtension> {"
    literal = _text.kotlin if is_kotlin else _text.groovy
    dependency = _dependency(is_kotlin=is_kotlin, is_plain=is_plain)
    if not suffixes:
        return dependency
    return [opening, *write(suffixes, literal, packed=packed), "}", *dependency]


def put(data: bytes, lines: Sequence[str], name: str) -> bytes:
    """A script with our lines at its end, or where they are already.

    Raises:
        EditedError: Somebody changed those that are there; with the lines.
    """
    there = _marks.regions(data, name)
    clean = _marks.taken(data, name)
    if len(there) == 1:
        return _marks.inserted(clean, there[0].start, lines)
    return _marks.appended(clean, lines)


def _kotlin(suffixes: Sequence[str], literal: Callable[[str], str], *, packed: bool) -> list[str]:
    shown = ", ".join(map(literal, suffixes))
    pack = [f'{INDENT}assetPacks.add(":{PACK.name}")'] if packed else []
    return [
        f"{INDENT}androidResources {{",
        f"{INDENT}{INDENT}noCompress += listOf({shown})",
        f"{INDENT}}}",
        *pack,
    ]


def _groovy(suffixes: Sequence[str], literal: Callable[[str], str], *, packed: bool) -> list[str]:
    shown = ", ".join(map(literal, suffixes))
    pack = [f"{INDENT}assetPacks.add(':{PACK.name}')"] if packed else []
    return [
        f"{INDENT}androidResources {{",
        f"{INDENT}{INDENT}noCompress.addAll([{shown}])",
        f"{INDENT}}}",
        *pack,
    ]


def _dependency(*, is_kotlin: bool, is_plain: bool) -> list[str]:
    if not is_kotlin:
        return ["dependencies {", f"{INDENT}implementation project(':{LIBRARY.name}')", "}"]
    name = "implementation" if is_plain else '"implementation"'
    return ["dependencies {", f'{INDENT}{name}(project(":{LIBRARY.name}"))', "}"]
