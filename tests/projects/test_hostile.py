"""Every hostile name, in every place that holds text, through every template of apps."""

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final, TypeAlias

import pytest

from sideload import languages
from sideload.host import files, places
from sideload.projects import AppModel, Content
from sideload.projects.android import _library, _table
from sideload.projects.android import _new as android
from sideload.projects.ios import _frameworks
from sideload.projects.ios import _new as ios
from sideload.values import Artifact, Bindings, Delegation, FileRef
from tests.bindings.artifacts import SUFFIXES
from tests.bindings.hostile_artifact import hostile
from tests.languages.hostile import LEAVERS, NAMES
from tests.projects.lexed import form

VERSIONS: Final = {"executorch": "1.5.1", "onnxruntime": "1.31.1"}
PLAIN: Final = "plain"
RUNTIMES: Final = tuple(SUFFIXES)
Files: TypeAlias = Mapping[str, Content]
Names: TypeAlias = Sequence[str]


def carried(names: Names, language: str, place: Path, *, address: str = "") -> list[AppModel]:
    """A model of each name, which is wherever there is text, with its class; for either runtime."""
    return [
        _model(name, language, place / str(at) / RUNTIMES[at % len(RUNTIMES)], address)
        for at, name in enumerate(names)
    ]


def _model(name: str, language: str, place: Path, address: str) -> AppModel:
    adapter, runtime = languages.get(language), place.name
    title = f"{name} {place.parent.name}"
    made = hostile((name,), runtime, title)
    # Each has something after a dot, which says what a kind of file is called.
    kind = name.replace(".", "").replace("/", "")
    artifact: Artifact = replace(
        made,
        file=replace(made.file, path=Path(f"{title}.x{kind} {place.parent.name}")),
        # A table and not a model says which versions there are.
        versions=VERSIONS,
        delegation=Delegation(backends=("XnnpackBackend",), delegated=1, portable=0),
        extra_files=(),
    )
    bindings = Bindings(
        language=language,
        class_name=adapter.type_name(artifact.model),
        artifact_sha256=artifact.file.sha256,
        # Only an app for iOS is compared with the class that it calls, and writing takes long.
        files=_written(artifact, place) if language == "swift" else (),
        key="k",
    )
    context = adapter.context(artifact)
    return AppModel(artifact=artifact, bindings=bindings, context=context, address=address)


def _written(artifact: Artifact, place: Path) -> tuple[FileRef, ...]:
    return tuple(files.ref(path) for path in languages.get("swift").write(artifact, place))


def for_android(names: Names, place: Path) -> Files:
    """A new project that carries a model, and one that fetches it from an address like its name."""
    plain = carried(names, "kotlin", place)
    far = carried(names, "kotlin", place, address=f"https://a.b/{names[0]}")
    table = _table.read([model.artifact for model in plain])
    found = {f"plain/{path}": one for path, one in android.content(plain, table).items()}
    found |= {f"far/{path}": one for path, one in android.content(far, table).items()}
    packed = replace(table, build=replace(table.build, asset_pack_above_mb=-1))
    found |= {f"pack/{path}": one for path, one in android.content(plain, packed).items()}
    old = _library.Surroundings(
        plugins=(_library.Plugin(id=names[0], version=f"x{names[0]}"),),
        compile_sdk=36,
        builtin_kotlin=False,
    )
    for folder, inside in _library.folders(plain, table, old).items():
        found |= {f"old/{folder}/{path}": one for path, one in inside.items()}
    return found


def for_ios(names: Names, place: Path) -> Files:
    """A new project with its package."""
    models = carried(names, "swift", place)
    return ios.content(models, _frameworks.linked([model.artifact for model in models]))


APPS: Final[Mapping[str, Callable[[Names, Path], Files]]] = {"android": for_android, "ios": for_ios}


def forms(found: Files) -> list[object]:
    """The form of each file that was written, without classes, which have tests of their own."""
    return [
        form(path, one)
        for path, one in found.items()
        if isinstance(one, bytes) and not _is_class(path)
    ]


def _is_class(path: str) -> bool:
    among = "kotlin/sideload/models/" in path or "Sources/SideloadModels/" in path
    return among and "/Bundled." not in path and "/Downloaded." not in path


@pytest.mark.parametrize("app", APPS)
def test_no_name_changes_the_form_of_any_file_of_an_app(app: str, tmp_path: Path) -> None:
    plain = forms(APPS[app]([PLAIN] * len(NAMES), tmp_path / PLAIN))

    assert forms(APPS[app](NAMES, tmp_path / "hostile")) == plain


@pytest.mark.parametrize("app", APPS)
def test_a_name_is_alone_in_an_app_as_it_is_among_others(app: str, tmp_path: Path) -> None:
    plain = forms(APPS[app]([PLAIN, PLAIN], tmp_path / PLAIN))

    for number, name in enumerate(LEAVERS):
        assert forms(APPS[app]([name, PLAIN], tmp_path / str(number))) == plain, name


class Opened:
    """The templates that were opened since; a hook cannot be taken out again, but does nothing."""

    def __init__(self) -> None:
        self.paths: set[str] = set()
        self.listens = False
        sys.addaudithook(self._heard)

    def _heard(self, event: str, given: tuple[object, ...]) -> None:
        if self.listens and event == "open" and str(given[0]).endswith(".j2"):
            self.paths.add(str(given[0]))

    def during(self, act: Callable[[], Iterable[object]]) -> set[str]:
        self.paths, self.listens = set(), True
        try:
            for _ in act():
                pass
        finally:
            self.listens = False
        return {str(Path(path).relative_to(places.templates())) for path in self.paths}


def test_every_template_of_apps_and_bindings_is_among_those_that_hostile_names_go_through(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What was compiled for another project is not opened again.
    monkeypatch.setenv(places.HOME_VARIABLE, str(tmp_path))

    def everything() -> Iterable[object]:
        yield from (render(NAMES[:2], tmp_path / app) for app, render in APPS.items())
        for language in ("kotlin", "python", "swift"):
            for runtime in SUFFIXES:
                made = hostile(NAMES[:3], runtime, "model")
                yield languages.get(language).write(made, tmp_path / language / runtime)

    shipped = [
        *places.templates().glob("apps/**/*.j2"),
        *places.templates().glob("bindings/**/*.j2"),
    ]

    assert {str(path.relative_to(places.templates())) for path in shipped} == Opened().during(
        everything
    )


@pytest.mark.parametrize(
    ("name", "broken"),
    [
        ("A.kt", b'val a = "$x"'),
        ("A.kt", b'val a = "a" + b'),
        ("A.kt", b"val a = 1 // \xe2\x80\xa8 b"),
        ("A.swift", b'let a = "\\(x)"'),
        ("A.md", b"| a | b |\n"),
        ("A.md", b"a\nb"),
        ("A.toml", b'a = "1"\nb = "2"'),
        ("A.xml", b"<a><b/></a>"),
        (".gitignore", b"a\nb"),
    ],
)
def test_a_text_that_left_its_place_would_be_seen(name: str, broken: bytes) -> None:
    whole = {
        "A.kt": b'val a = "x"',
        "A.swift": b'let a = "x"',
        "A.md": b"| a |",
        "A.toml": b'a = "1"',
        "A.xml": b"<a/>",
        ".gitignore": b"a",
    }

    assert form(name, broken) != form(name, whole[name])
