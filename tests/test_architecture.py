"""Who may know whom: adapters, errors, imports, where no other tool looks."""

import ast
import inspect
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Final

import pytest

from sideload import errors
from sideload.host import discover

CHECKOUT: Final = Path(__file__).resolve().parents[1]
FAMILIES: Final = (
    "languages",
    "models",
    "platforms",
    "projects",
    "runners",
    "runtimes",
    "sources",
    "transports",
)
HEAVY: Final = frozenset(
    {
        "coremltools",
        "executorch",
        "onnx",
        "onnxruntime",
        "sklearn",
        "torch",
        "torchao",
        "transformers",
    }
)


def _sources(*folders: str) -> list[Path]:
    found = (path for folder in folders for path in (CHECKOUT / folder).rglob("*.py"))
    return sorted(path for path in found if "__pycache__" not in path.parts)


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


ADAPTERS: Final = [(family, name) for family in FAMILIES for name in discover.names(family)]


@pytest.mark.parametrize(("family", "name"), ADAPTERS)
def test_an_adapter_is_found_by_its_file_name_and_ends_with_one_typed_constant(
    family: str, name: str
) -> None:
    module = inspect.getsourcefile(type(discover.load(family, name)))
    folder = CHECKOUT / "sideload" / family
    file = next(
        path for path in (folder / f"{name}.py", folder / name / "__init__.py") if path.is_file()
    )
    last = _tree(file).body[-1]

    assert module is not None
    assert isinstance(last, ast.AnnAssign)
    assert ast.unparse(last.target) == "ADAPTER"
    assert ast.unparse(last.annotation).startswith("Final[")


@pytest.mark.parametrize(("family", "name"), ADAPTERS)
def test_an_adapter_knows_nothing_of_its_siblings(family: str, name: str) -> None:
    siblings = {f"sideload.{family}.{other}" for other in discover.names(family)} - {
        f"sideload.{family}.{name}"
    }
    folder = CHECKOUT / "sideload" / family
    files = [*folder.glob(f"{name}.py"), *(folder / name).rglob("*.py")]
    known = {found for file in files for found in _imported(file)}

    assert {
        one for one in known for sibling in siblings if f"{one}.".startswith(f"{sibling}.")
    } == set()


def test_the_tree_drawn_in_errors_is_the_tree_of_classes() -> None:
    classes = {
        value.__name__: (value.__bases__[0].__name__, value.exit_code)
        for value in vars(errors).values()
        if isinstance(value, type) and issubclass(value, errors.SideloadError)
    }

    assert dict(_drawn()) == classes


def _drawn() -> Iterator[tuple[str, tuple[str, int]]]:
    """Name, parent and exit code of each line of the drawing; a code left out is inherited."""
    path = [("Exception", 1)]
    for line in inspect.getdoc(errors).splitlines():  # type: ignore[union-attr]
        shown = re.fullmatch(r"([│├└─ ]*)(\w+)(?: +(\d))?(?: .*)?", line)
        if shown is None or not shown[2].rstrip("_").endswith("Error"):
            continue
        depth = len(shown[1]) // 4 + 1
        parent, inherited = path[depth - 1]
        code = int(shown[3] or inherited)
        path[depth:] = [(shown[2], code)]
        yield shown[2], (parent, code)


@pytest.mark.parametrize(
    "command",
    [
        ["-m", "invoke", "--list"],
        ["-c", "from sideload.cli import main; main(['--list'])"],
    ],
    ids=["invoke", "sideload"],
)
def test_the_command_line_imports_neither_torch_nor_a_runtime(command: list[str]) -> None:
    shown = subprocess.run(
        [sys.executable, "-X", "importtime", *command],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    modules = {line.rpartition("|")[2].strip() for line in shown.stderr.splitlines()}

    assert "deploy" in shown.stdout
    assert "sideload.tasks" in modules
    assert modules & HEAVY == set()


def test_everything_imported_is_declared() -> None:
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())
    extras = [
        line for lines in project["project"]["optional-dependencies"].values() for line in lines
    ]
    used = project["project"]["dependencies"] + extras
    tested = used + project["dependency-groups"]["dev"]

    assert _third_parties(_sources("sideload")) - _names(used) == set()
    assert _third_parties(_sources("tests", "docs")) - _names(tested) == set()


def _names(lines: list[str]) -> set[str]:
    return {_plain(re.split(r"[<>=\[;~! ]", line)[0]) for line in lines}


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _third_parties(files: list[Path]) -> set[str]:
    known = packages_distributions()
    tops = {name.partition(".")[0] for file in files for name in _imported(file)}
    outside = tops - sys.stdlib_module_names - {"sideload", "tests", "docs", "tasks"}
    return {_plain(known.get(top, [top])[0]) for top in outside}


def _imported(file: Path) -> set[str]:
    """Every module that `file` imports at any depth, and every name it takes from one."""
    found: set[str] = set()
    for node in ast.walk(_tree(file)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found
