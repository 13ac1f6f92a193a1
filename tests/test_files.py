"""What every file of the project keeps to: its length, its words, and no place of one machine."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

CHECKOUT: Final = Path(__file__).resolve().parents[1]
CODE: Final = ("sideload", "tests", "docs", "requirements")
LONGEST_LINES: Final = 220
LONGEST_TEST_LINES: Final = 420
WORDS_OF_A_SENTENCE: Final = 3
TEXT: Final = (".py", ".md", ".toml", ".yaml", ".yml", ".txt", ".j2", ".cpp", ".h", ".sh")
# In two pieces, so that this file does not name them either.
HOSTS: Final = ("pypi" + ".org", "python" + "hosted.org", "npm" + "js.org", "maven" + ".org")
PLACES: Final = (
    r"/home/(?!data/|somebody/)\w+/\w",
    r"/Users/\w+/\w",
    r"/root/\.\w",
    r"/work/(?:main|shared)\b",
)


def _files(*folders: str) -> list[Path]:
    found = (path for folder in folders for path in (CHECKOUT / folder).rglob("*"))
    return sorted(path for path in found if path.is_file() and "__pycache__" not in path.parts)


def _python(*folders: str) -> dict[str, str]:
    return {
        _short(path): path.read_text("utf-8") for path in _files(*folders) if path.suffix == ".py"
    }


def _short(path: Path) -> str:
    return path.relative_to(CHECKOUT).as_posix()


def test_no_file_is_longer_than_what_a_person_reads_at_once() -> None:
    lengths = {name: len(text.splitlines()) for name, text in _python(*CODE).items()}
    too_long = {name: lines for name, lines in lengths.items() if lines > _longest(name)}

    assert too_long == {}


def _longest(name: str) -> int:
    # A file of tests is read one test at a time.
    return LONGEST_TEST_LINES if name.startswith("tests/") else LONGEST_LINES


def test_every_file_says_what_it_is() -> None:
    silent = [n for n, text in _python(*CODE).items() if not ast.get_docstring(ast.parse(text))]

    # The sentences in a file of tests say it.
    assert [name for name in silent if not name.startswith("tests/")] == []


def test_nothing_is_left_for_later() -> None:
    mark = "TO" + "DO"  # not here either

    assert [name for name, text in _python(*CODE).items() if mark in text] == []


def test_every_test_is_named_by_a_sentence() -> None:
    names = (
        f"{name}:{node.name}"
        for name, text in _python("tests").items()
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    )

    assert [
        name for name in names if len(name.partition(":test_")[2].split("_")) < WORDS_OF_A_SENTENCE
    ] == []


def test_nothing_names_a_place_on_one_machine_or_a_registry() -> None:
    forbidden = re.compile("|".join([*map(re.escape, HOSTS), *PLACES]))
    found = {
        f"{_short(path)}: {hit[0]}"
        for path in _texts()
        if path != Path(__file__)
        for hit in forbidden.finditer(path.read_text("utf-8", errors="replace"))
    }

    assert found == set()


def _texts() -> Iterator[Path]:
    yield from (path for path in CHECKOUT.iterdir() if path.is_file())
    for path in _files(*CODE, "templates", "targets", ".ci"):
        if path.suffix in TEXT or path.parent.name == ".ci":
            yield path
