"""The environment of a checkout: made once, reused, and never believed when half made.

Each test installs a real environment with real pip, for a tiny project and without a network.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Final

import pytest

CHECKOUT: Final = Path(__file__).resolve().parents[1]
PROJECT: Final = """\
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]

[project]
name = "tiny"
version = "1"
"""
BACKEND: Final = """\
import shutil

def build_editable(wheel_directory, config_settings=None, metadata_directory=None):
    return shutil.copy("tiny-1-py3-none-any.whl", wheel_directory).rpartition("/")[2]
"""


def _wheel(folder: Path, name: str, version: str) -> Path:
    """A wheel of one module, which says its version."""
    path = folder / f"{name}-{version}-py3-none-any.whl"
    about = f"{name}-{version}.dist-info"
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr(f"{name}.py", f"version = {version!r}\n")
        core = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        wheel.writestr(f"{about}/METADATA", core)
        tag = "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        wheel.writestr(f"{about}/WHEEL", tag)
        wheel.writestr(f"{about}/RECORD", "")
    return path


class Checkout:
    """A project with one pinned dependency, whose wheel lies beside it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.venv = folder / ".venv"
        (folder / "requirements").mkdir(parents=True)
        shutil.copy(CHECKOUT / "requirements" / "install.py", folder / "requirements")
        (folder / "pyproject.toml").write_text(PROJECT)
        (folder / "backend.py").write_text(BACKEND)
        _wheel(folder, "tiny", "1")
        self.pin("1")

    def pin(self, version: str, *, wrong: bool = False) -> None:
        """Lock the dependency at `version`, by a hash that is right or wrong."""
        self.lock("all.txt", "dependency", version, wrong=wrong)

    def lock(self, file: str, name: str, version: str, *, wrong: bool = False) -> None:
        wheel = _wheel(self.folder, name, version)
        digest = "0" * 64 if wrong else hashlib.sha256(wheel.read_bytes()).hexdigest()
        line = f"{name}=={version} --hash=sha256:{digest}\n"
        (self.folder / "requirements" / file).write_text(line)

    def begin(self, **variables: str) -> subprocess.Popen[str]:
        """Start the installation, as `make` does."""
        return subprocess.Popen(
            [sys.executable, "requirements/install.py", ".venv"],
            cwd=self.folder,
            env=os.environ
            | {
                "PIP_NO_INDEX": "1",
                "PIP_FIND_LINKS": str(self.folder),
                "PIP_CONFIG_FILE": os.devnull,
            }
            | variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def install(self, **variables: str) -> tuple[int, str]:
        """Run it to the end; the exit code, and what a person was told."""
        child = self.begin(**variables)
        _, told = child.communicate(timeout=120)
        return child.returncode, told

    def version(self) -> str:
        """The version that the environment's Python imports, and that the project is there."""
        code = "import tiny, dependency; print(dependency.version)"
        python = str(self.venv / "bin" / "python")
        return subprocess.check_output([python, "-c", code], text=True).strip()


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path / "project")


def test_an_environment_is_made_once_and_brought_up_to_date_when_a_pin_changes(
    checkout: Checkout,
) -> None:
    first = checkout.install()
    again = checkout.install()
    before = checkout.version()
    checkout.pin("2")
    changed = checkout.install()

    assert first[0] == 0, first[1]
    assert "installing 1 pinned packages of all.txt" in first[1]
    assert again == (0, "")
    assert before == "1"
    assert changed[0] == 0, changed[1]
    assert checkout.version() == "2"


def test_a_wrong_hash_is_refused_and_leaves_nothing_that_the_next_run_believes(
    checkout: Checkout,
) -> None:
    checkout.pin("1", wrong=True)
    code, told = checkout.install()
    checkout.pin("1")
    repaired = checkout.install()

    assert code == 4
    assert "could not install all.txt" in told
    assert "  try: " in told
    assert "Traceback" not in told
    assert "holds an installation that did not finish: beginning anew" in repaired[1]
    assert checkout.version() == "1"


def test_two_runs_at_once_take_turns_and_the_second_finds_the_work_done(
    checkout: Checkout,
) -> None:
    children = [checkout.begin(), checkout.begin()]
    told = [child.communicate(timeout=120)[1] for child in children]

    assert [child.returncode for child in children] == [0, 0], told
    assert sum("installed in" in text for text in told) == 1
    assert sum("another make is at work" in text for text in told) == 1


def test_what_takes_long_to_import_is_compiled_at_once_and_nothing_else(
    checkout: Checkout,
) -> None:
    locked = checkout.folder / "requirements" / "all.txt"
    first = locked.read_text()
    checkout.lock("all.txt", "torch", "1")
    locked.write_text(first + locked.read_text())
    code, told = checkout.install(PYTHONDONTWRITEBYTECODE="1")

    assert code == 0, told
    compiled = {path.name.partition(".")[0] for path in checkout.venv.rglob("*.pyc")}
    assert compiled & {"torch", "dependency"} == {"torch"}


def test_an_environment_that_was_moved_is_made_anew(checkout: Checkout) -> None:
    checkout.venv.mkdir()
    (checkout.venv / ".installed").write_text("/another/place/.venv\n0123\n")

    code, told = checkout.install()

    assert code == 0, told
    assert "was made in another place: beginning anew" in told
    assert checkout.version() == "1"


def test_a_compiler_is_installed_where_the_machine_has_none(
    checkout: Checkout, tmp_path: Path
) -> None:
    checkout.lock("zig.txt", "ziglang", "1")
    code, told = checkout.install(PATH=str(tmp_path), CXX="no-such-compiler")

    assert code == 0, told
    assert "installing 1 pinned packages of zig.txt" in told
    assert (checkout.venv / "bin" / "python").exists()


def test_a_python_that_is_too_old_or_missing_is_named_with_what_to_install() -> None:
    shown = subprocess.run(
        ["make", "install", "PYTHON="], cwd=CHECKOUT, capture_output=True, text=True, check=False
    )

    assert shown.returncode == 2
    assert "no Python from 3.11 to 3.13" in shown.stderr
    assert "  try: apt install python3" in shown.stderr


def test_the_locked_files_hold_hashes_and_name_no_index() -> None:
    for name in ("all.txt", "zig.txt"):
        text = (CHECKOUT / "requirements" / name).read_text()
        pinned = [line for line in text.splitlines() if "==" in line and "#" not in line]

        assert pinned
        assert all(line.endswith("\\") for line in pinned)
        assert "://" not in text
        assert "--index" not in text
