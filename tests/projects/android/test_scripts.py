from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from sideload import projects
from tests.bindings import kotlin_tools
from tests.projects.android import scripts
from tests.projects.android.models import both
from tests.projects.android.scripts import Script
from tests.projects.android.shapes import SHAPES, put
from tests.projects.android.test_new import small_limit

ANDROID = projects.get("android")
STUDIO = "as Android Studio makes it"
LATE = "Kotlin, with plugins applied the old way"
# What is right, what is wrong instead, and what is said of it.
MISTAKES = {
    "a name that is none": ("namespace =", "nameSpace =", "unresolved reference 'nameSpace'"),
    "a text for a number": ("minSdk = 26", 'minSdk = "26"', "type mismatch"),
    "an alias that no catalog has": ("libs.junit", "libs.jupiter", "unresolved reference"),
    "a line in a block that is not its own": (
        "abiFilters += ",
        "minSdk = 1; ",
        "implicit receiver",
    ),
}


@dataclass(frozen=True, kw_only=True)
class Checked:
    """What the compiler said of some scripts."""

    kinds: frozenset[str]
    mistakes: Mapping[str, Script]
    said: Mapping[str, Sequence[tuple[int, str]]]


def _mistaken(script: Script, name: str) -> Script:
    right, wrong, _ = MISTAKES[name]
    assert right in script.text
    return replace(script, name=name, text=script.text.replace(right, wrong, 1))


def _written(folder: Path) -> Iterator[Script]:
    """Every script of new projects and of people's, with small and with large models in them."""
    models = both(folder / "made")
    projects.apply(ANDROID.create(folder / "new", models))
    yield from scripts.of_project(folder / "new", "new")
    fetched = [replace(one, address="https://example.com") for one in models]
    projects.apply(ANDROID.create(folder / "fetched", fetched))
    yield from scripts.of_project(folder / "fetched", "new and fetched")
    for name, shape in SHAPES.items():
        projects.apply(ANDROID.inject(put(shape, folder / name), models))
        yield from scripts.of_project(folder / name, name)
    small_limit(folder / "home")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("SIDELOAD_HOME", str(folder / "home"))
        projects.apply(ANDROID.create(folder / "large", models))
        yield from scripts.of_project(folder / "large", "new and large")
        for name in (STUDIO, LATE):
            projects.apply(ANDROID.inject(put(SHAPES[name], folder / f"{name}, large"), models))
            yield from scripts.of_project(folder / f"{name}, large", f"{name}, large")


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> Checked:
    """Every script in Kotlin that we write or change, through one run of the compiler."""
    folder = tmp_path_factory.mktemp("scripts")
    written = list({(one.text, one.base, one.catalog): one for one in _written(folder)}.values())
    app = next(one for one in written if one.name == "new: app/build.gradle.kts")
    wrong = {name: _mistaken(app, name) for name in MISTAKES}
    said = scripts.complaints([*written, *wrong.values()], folder)
    return Checked(kinds=frozenset(one.base for one in written), mistakes=wrong, said=said)


def test_everything_in_a_new_project_is_laid_out_as_kotlin_is(tmp_path: Path) -> None:
    carried, fetched = both(tmp_path / "made")
    models = [carried, replace(fetched, address="https://example.com")]
    projects.apply(ANDROID.create(tmp_path / "new", models))

    assert kotlin_tools.linted(tmp_path / "new") == ""


def test_gradle_understands_every_script_that_we_write_or_change(checked: Checked) -> None:
    wrong = {name: said for name, said in checked.said.items() if name not in MISTAKES}

    assert wrong == {}
    assert checked.kinds == {*scripts.KINDS.values(), "SettingsScript", "BuildScript", "LateScript"}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_in_a_script_is_found_with_its_line(name: str, checked: Checked) -> None:
    _, wrong, words = MISTAKES[name]
    [(line, what)] = checked.said[name]

    assert words in what
    assert wrong in checked.mistakes[name].text.splitlines()[line - 1]
