"""The documentation is true: links lead somewhere, tables are the code's, options exist."""

import ast
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from docs import tables
from sideload import errors
from sideload.host import discover, targets
from sideload.tasks import TASKS

CHECKOUT: Final = Path(__file__).resolve().parents[1]
PAGES: Final = sorted(
    [
        *CHECKOUT.glob("*.md"),
        *(
            page
            for folder in ("docs", "targets", "templates")
            for page in (CHECKOUT / folder).rglob("*.md")
        ),
    ]
)
README: Final = CHECKOUT / "README.md"
REFERENCE: Final = CHECKOUT / "docs" / "reference.md"
BLOCK: Final = re.compile(r"^( *)```(\w+)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
# A session that is executed by the test below stands after this mark.
RUN: Final = "<!-- this session is run by the tests -->\n"


def _name(page: Path) -> str:
    return page.relative_to(CHECKOUT).as_posix()


def _blocks(page: Path, language: str) -> list[str]:
    return [found[3] for found in BLOCK.finditer(page.read_text("utf-8")) if found[2] == language]


def _anchors(page: Path) -> set[str]:
    titles = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_every_link_leads_somewhere(page: Path) -> None:
    lost = []
    for link in re.findall(r"\]\(([^)\s]+)\)", page.read_text("utf-8")):
        path, _, anchor = link.partition("#")
        if "://" in path:
            continue
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and anchor not in _anchors(target)):
            lost.append(link)

    assert lost == []


def test_every_page_is_in_the_index() -> None:
    index = (CHECKOUT / "docs" / "index.md").read_text("utf-8")
    pages = {page.name for page in (CHECKOUT / "docs").glob("*.md")} - {"index.md"}

    assert {page for page in pages if f"({page})" not in index} == set()


def test_the_tables_are_what_the_code_says() -> None:
    shown = subprocess.run(
        [sys.executable, "-m", "cogapp", "--check", *map(str, PAGES)],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert shown.returncode == 0, f"{shown.stdout}{shown.stderr}\n  try: make format"


def test_every_command_option_and_error_is_described() -> None:
    readme, reference = README.read_text("utf-8"), REFERENCE.read_text("utf-8")
    classes = [name for name in vars(errors) if name.endswith("Error") and name[0].isupper()]

    assert [task.name for task in TASKS if f"| `{task.name}` |" not in readme] == []
    assert [name for name in classes if f"| `{name}` |" not in reference] == []
    assert [one for one in _options() if f"| `{one}` |" not in reference] == []
    assert targets.table().strip() in readme


def test_every_adapter_is_named_in_the_readme() -> None:
    readme = README.read_text("utf-8")
    named = [name for family in tables.FAMILIES for name in discover.names(family)]

    assert [name for name in named if f"`{name}`" not in readme] == []


def _options() -> set[str]:
    return {
        f"--{str(argument.name).replace('_', '-')}"
        for task in TASKS
        for argument in task.get_arguments()
    }


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_no_command_that_is_shown_has_an_option_that_does_not_exist(page: Path) -> None:
    lines = [
        line.partition("$ ")[2]
        for block in _blocks(page, "console")
        for line in block.splitlines()
        if re.search(r"\$ (\S*/)?(sideload|invoke) ", line)
    ]
    words = [word for line in lines for word in shlex.split(line)]
    known = _options() | {"--list", "--help", "--version"}

    assert [word for word in words if word.startswith("--") and word not in known] == []


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_python_that_is_shown_can_be_parsed(page: Path) -> None:
    for block in _blocks(page, "python"):
        ast.parse(block)


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_a_target_that_is_shown_is_valid(page: Path, tmp_path: Path) -> None:
    for block in _blocks(page, "yaml"):
        shown = tmp_path / "shown.yaml"
        shown.write_text(block)

        assert targets.read(str(shown)).name == "shown"


def _sessions() -> list[tuple[Path, str]]:
    return [
        (page, block)
        for page in PAGES
        for after in page.read_text("utf-8").split(RUN)[1:]
        for block in [BLOCK.match(after)[3]]  # type: ignore[index]
    ]


@pytest.mark.parametrize(("page", "session"), _sessions())
@pytest.mark.timeout(600)
def test_a_session_that_is_shown_really_runs(page: Path, session: str, tmp_path: Path) -> None:
    folder = Path(sys.executable).parent
    environment = os.environ | {
        "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}",
        "SIDELOAD_HOME": str(tmp_path),
        "SIDELOAD_CACHE": str(tmp_path / "cache"),  # compiling is part of what is shown
    }
    environment.pop("COLUMNS", None)
    for command, expected in re.findall(r"^\$ (.+)\n((?:(?!\$ ).*\n)*)", session, re.MULTILINE):
        shown = subprocess.run(
            shlex.split(command),
            cwd=tmp_path,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=500,
        )

        assert _alike(shown.stdout) == _alike(expected), f"{page}: {command}"


def _alike(text: str) -> list[str]:
    """Lines without what differs from run to run: figures, and the widths that follow from them.

    A line that begins with an ellipsis is a sign of life, which only slow steps give; conditions
    are those of this machine at this moment.
    """
    plain = re.sub(r"\d+(?:[.,]\d+)*", "0", text)
    plain = re.sub(r"0(?:e-0)? (?:min 0 s|(?:ns|µs|ms|s|kB|MB|GB|B)\b)", "0 unit", plain)
    lines = [re.sub(r"[ ─━]+", " ", line).strip() for line in plain.splitlines()]
    passing = ("…", "Conditions on ", "Doubtful")
    return [line for line in lines if line and not line.startswith(passing)]
