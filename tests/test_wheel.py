"""What an installed user gets: the package, and the targets and templates inside it."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Final

import pytest

CHECKOUT: Final = Path(__file__).resolve().parents[1]
BUILD: Final = "import sys, hatchling.build as build; build.build_wheel(sys.argv[1])"


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The unpacked wheel, as it would lie among other packages."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run([sys.executable, "-c", BUILD, str(folder)], cwd=CHECKOUT, check=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def _python(installed: Path, folder: Path, code: str) -> list[str]:
    environment = os.environ | {"PYTHONPATH": str(installed)}
    environment.pop("SIDELOAD_HOME", None)
    command = [sys.executable, "-c", code]
    shown = subprocess.check_output(command, cwd=folder, env=environment, text=True)
    return shown.splitlines()


def test_the_wheel_finds_its_own_targets_and_templates(installed: Path, tmp_path: Path) -> None:
    code = (
        "from sideload.host import places, targets\n"
        "print(places.shipped('targets'), places.templates(), *targets.names(), sep='\\n')"
    )
    where, templates, *names = _python(installed, tmp_path, code)

    assert where == str(installed / "sideload" / "_data" / "targets")
    assert templates == str(installed / "sideload" / "_data" / "templates")
    assert {"android", "local"} <= set(names)


def test_the_wheel_holds_every_template_and_no_test(installed: Path) -> None:
    packed = installed / "sideload" / "_data" / "templates"
    kept = {path.relative_to(packed) for path in packed.rglob("*") if path.is_file()}
    ours = CHECKOUT / "templates"
    written = {path.relative_to(ours) for path in ours.rglob("*") if path.is_file()}

    assert kept == {path for path in written if "__pycache__" not in path.parts}
    assert not (installed / "tests").exists()
    assert {path.name for path in installed.iterdir()} == {"sideload", "sideload-0.1.0.dist-info"}


def test_the_installed_command_line_lists_its_commands(installed: Path, tmp_path: Path) -> None:
    code = "from sideload.cli import main; main(['--list'])"

    assert any("deploy" in line for line in _python(installed, tmp_path, code))
