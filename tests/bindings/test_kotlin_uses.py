"""Generated Kotlin as others see it: from Java, among an app's assets, by coroutines, by ktlint."""

import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from sideload import languages
from sideload.values import Artifact
from tests.bindings import border, kotlin_tools, models
from tests.bindings.artifacts import DIGITS, SUFFIXES, artifact, ordinary
from tests.bindings.binding import of_file
from tests.bindings.file_server import serving
from tests.bindings.kotlin_bindings import LARGE, SOURCES, on_executorch, on_onnxruntime

BEST: Final = "nine 146.0 [2, 10]"
# A process has one app, so what was checked once is not checked again; the wrong one comes first.
KINDS: Final = ("other", "empty", "packed", "stored")
COMPILED: Final[Mapping[str, Callable[[Mapping[str, Path], Path], Sequence[Path]]]] = {
    "onnxruntime": on_onnxruntime,
    "executorch": on_executorch,
}


class Made(NamedTuple):
    """What runs on one runtime: its name, the model, the classes, and native libraries."""

    runtime: str
    model: Path
    classes: Sequence[Path]
    natives: Path

    @property
    def artifact(self) -> Artifact:
        return of_file(self.model, DIGITS, self.runtime, "digits")


@pytest.fixture(scope="module", params=list(SUFFIXES))
def made(
    request: pytest.FixtureRequest,
    jvm_files: Mapping[str, Mapping[str, Path]],
    tmp_path_factory: pytest.TempPathFactory,
) -> Made:
    runtime = str(request.param)
    folder = tmp_path_factory.mktemp(runtime)
    files = jvm_files[runtime]
    classes = COMPILED[runtime](files, folder)
    natives = kotlin_tools.native(folder) if runtime == "executorch" else folder
    return Made(runtime, files["digits"], classes, natives)


@pytest.fixture(scope="module")
def used(made: Made, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Sequence[str]]:
    """What `Uses.java` says, by what it tries."""
    folder = tmp_path_factory.mktemp("java")
    apps = [_app(folder / kind, made.model, kind) for kind in KINDS]
    java = [SOURCES / "Uses.java", *sorted((SOURCES / "android").glob("*.java"))]
    # What the classes were compiled against was Android itself.
    mine = kotlin_tools.compiled_java(java, made.classes, folder / "classes")
    arguments = [str(made.model), *map(str, [*apps, apps[2]])]
    printed = kotlin_tools.run("Uses", [mine, *made.classes], arguments, made.natives)
    said: dict[str, list[str]] = {}
    for line in printed.splitlines():
        what, *rest = line.split(" | ")
        said.setdefault(what, []).append(" | ".join(rest))
    return said


def _app(folder: Path, model: Path, kind: str) -> Path:
    """An app with the model among its assets, and a copy that an older version made."""
    older = folder / "no_backup/sideload/Digits/0123"
    older.mkdir(parents=True)
    way = zipfile.ZIP_DEFLATED if kind == "packed" else zipfile.ZIP_STORED
    content = model.read_bytes()
    with zipfile.ZipFile(folder / "app.zip", "w", compression=way) as app:
        app.writestr("classes.dex", b"code")
        if kind != "empty":
            whole = content if kind != "other" else bytes(len(content))
            app.writestr(f"assets/sideload/{model.name}", whole)
    return folder


def test_a_program_in_java_calls_it_and_catches_what_it_throws(
    made: Made, used: Mapping[str, Sequence[str]]
) -> None:
    assert used["best"] == [BEST]
    assert used["fast"] == ["146.0"]
    assert used["caught"] == ["WrongInputException: image has 128 elements instead of 64"]
    assert used["facts"] == [f"{made.model.name} 1 true"]


def test_an_asset_is_mapped_where_it_lies_or_copied_once_and_older_copies_go(
    made: Made, used: Mapping[str, Sequence[str]]
) -> None:
    copied = f"{BEST} | [{made.artifact.file.sha256}]"
    mapped = f"{BEST} | [0123]"

    assert used["stored"] == [mapped if made.runtime == "onnxruntime" else copied]
    assert used["packed"] == [copied, copied]


def test_an_asset_that_is_not_there_or_another_is_an_error_that_says_so(
    made: Made, used: Mapping[str, Sequence[str]]
) -> None:
    ((missing,), (other,)) = (used["empty"], used["other"])

    assert missing.startswith(f"WrongModelFileException: sideload/{made.model.name}: expected ")
    assert "an asset that cannot be read or copied" in missing
    assert "WrongModelFileException: " in other
    assert "(damaged, or another model)" in other


def test_coroutines_call_it_side_by_side_and_cancelling_a_download_keeps_what_came(
    made: Made, tmp_path: Path
) -> None:
    into = tmp_path / "into"
    with serving(LARGE) as server:
        arguments = [str(made.model), str(into), f"{server.address}/whole"]
        said = kotlin_tools.run("caller.CoroutinesKt", made.classes, arguments, made.natives)

    assert said.splitlines() == [
        "from many coroutines: 50",
        "fast form: true",
        "cancelled: that is enough",
        "kept: [true]",
        f"then: {len(LARGE)}",
    ]
    first, second = server.starts("whole")
    assert (first, second > len(LARGE) // 2) == (0, True)


def _various() -> Iterator[Artifact]:
    for runtime in SUFFIXES:
        for name, each in ordinary(runtime).items():
            if (runtime, name) != ("executorch", "awkward"):
                yield each
    yield artifact(border.TEXTS, "onnxruntime", model="texts")
    yield artifact(border.SEVERAL, "executorch", model="several")
    beside = artifact(models.PRODUCT, "onnxruntime", model="beside")
    yield replace(beside, extra_files=(replace(beside.file, path=Path("beside.data")),))


def test_ktlint_finds_nothing_in_any_of_it_and_does_find_what_is_there(tmp_path: Path) -> None:
    for at, each in enumerate(_various()):
        languages.get("kotlin").write(each, tmp_path / str(at))

    # In one run, since it takes long to start.
    (tmp_path / "Untidy.kt").write_text("class  Untidy\n")
    said = [line for line in kotlin_tools.linted(tmp_path).splitlines() if ".kt:" in line]

    assert said == ["Untidy.kt:1:7: Unnecessary long whitespace (standard:no-multi-spaces)"]


def test_the_compiler_refuses_what_is_merely_suspicious(tmp_path: Path) -> None:
    loose = tmp_path / "Loose.kt"
    loose.write_text("internal fun loose() {\n    val unused = 1\n}\n")

    said = kotlin_tools.said([loose], [], tmp_path / "classes")

    assert "variable is unused" in said
    assert "warnings found and -Werror specified" in said
