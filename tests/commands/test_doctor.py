"""What `doctor` says of this machine, and how it ends."""

from dataclasses import replace
from pathlib import Path

import pytest

from sideload import simulated
from sideload.commands import _packages, _tools, doctor
from sideload.host import machine
from sideload.values import Check
from tests.reports.conftest import result
from tests.road.project import Project


@pytest.mark.parametrize(
    ("found", "pin", "is_ok", "shown"),
    [
        ("2.13.0", "2.13.0", True, "2.13.0"),
        ("2.13.0+cpu", "2.13.0", True, "2.13.0+cpu"),
        ("2.12.0", "2.13.0", False, "2.12.0 instead of 2.13.0"),
        ("2.12.0", "", True, "2.12.0"),
        ("", "2.13.0", False, ""),
    ],
)
def test_a_package_must_be_of_the_version_that_is_pinned(
    found: str, pin: str, is_ok: bool, shown: str
) -> None:
    row = _packages.package("torch", "export", "executorch", found=found, pin=pin)

    assert (row.ok, row.found) == (is_ok, shown)
    assert row.remedy == "pip install 'sideload[executorch]'"


def test_every_package_that_is_pinned_here_is_found_at_its_version() -> None:
    rows = [row for row in _packages.checks() if row.name in {"executorch", "onnxruntime"}]

    assert len(rows) == 2
    assert all(row.ok for row in rows), rows


def test_artifacts_of_another_version_of_the_runtime_are_told() -> None:
    made = result().artifact
    old = replace(made, versions={"executorch": "1.4.0", "torch": "2.12.0"})
    new = replace(made, versions={"executorch": "1.5.1"})

    row = _packages.artifacts([old, new], {"executorch": "1.5.1", "torch": "2.13.0"})

    assert (row.ok, row.found) == (False, "1 of 2 made with executorch 1.4.0")
    assert _packages.artifacts([new], {"executorch": "1.5.1"}).ok
    assert _packages.artifacts([], {}).ok


def test_a_key_that_others_can_read_is_told_with_what_to_type(tmp_path: Path) -> None:
    key = tmp_path / "it's mine"
    assert _tools.key(key).ok
    key.write_text("secret")
    key.chmod(0o644)
    open_to_all = _tools.key(key)
    key.chmod(0o600)

    assert not open_to_all.ok
    assert open_to_all.needed_for.startswith("(")
    assert open_to_all.remedy.startswith("chmod 600 ")
    assert _tools.key(key) == Check(
        name="adb key", found=str(key), ok=True, needed_for="being let in by phones"
    )


def test_room_is_looked_for_where_the_project_will_be(tmp_path: Path) -> None:
    row = _tools.room(tmp_path / "not" / "made" / "yet")

    assert row.found.endswith(" GB")
    assert row.ok


@pytest.mark.skipif(machine.abi() is None, reason="no runner can be made on this system")
def test_tools_are_found_by_path_and_by_their_variables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs, sdk = tmp_path / "bin", tmp_path / "sdk"
    (sdk / "ndk/27.2").mkdir(parents=True)
    programs.mkdir()
    processor, _ = _tools.OTHERS[str(machine.abi())]
    for name in (f"{processor}-linux-gnu-g++", f"qemu-{processor}", "adb"):
        (programs / name).write_text("#!/bin/sh\necho Version 35.0.2-12147458\n")
        (programs / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:/bin")
    monkeypatch.setenv("ANDROID_HOME", str(sdk))

    found = {row.name: row.found for row in _tools.checks()}

    assert found["cross compiler"] == str(programs / f"{processor}-linux-gnu-g++")
    assert found["emulator"] == str(programs / f"qemu-{processor}")
    assert found["adb"] == f"{programs / 'adb'} 35.0.2-12147458"
    assert found["Android NDK"] == str(sdk / "ndk/27.2")


def test_an_adb_that_does_not_start_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "adb").write_text("#!/nowhere/sh\n")
    (tmp_path / "adb").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))

    (row,) = [row for row in _tools.checks() if row.name == "adb"]

    assert row.found == f"{tmp_path / 'adb'} (does not start)"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = Project(home=tmp_path / "project")
    made.home.mkdir()
    return made


# No adb server of this machine is asked, and none answers here.
QUIET = {"ANDROID_ADB_SERVER_PORT": "1", "ANDROID_SERIAL": ""}


def test_a_phone_that_cannot_execute_ends_doctor_with_the_code_for_devices(
    project: Project, tmp_path: Path
) -> None:
    with simulated.get("android").start(tmp_path / "root", faults=["noexec"]) as phone:
        ended = project.sideload("doctor", "--device", phone.address, "--json", env=QUIET)

    rows = {row["name"]: row for row in ended.document["checks"]}
    assert ended.exit_code == 3, ended.stderr
    assert ended.error["type"] == "DeviceCommandError"
    assert rows["execution"]["ok"] is False
    assert rows["programs"]["ok"] is True


def test_a_phone_that_is_well_is_no_reason_to_fail(project: Project, tmp_path: Path) -> None:
    with simulated.get("android").start(tmp_path / "root") as phone:
        ended = project.sideload("doctor", "--device", phone.address, env=QUIET)

    assert ended.exit_code == 0, ended.stderr
    assert "instruction set" in ended.stdout


def test_the_phone_that_the_environment_names_is_looked_at(
    project: Project, tmp_path: Path
) -> None:
    with simulated.get("android").start(tmp_path / "root") as phone:
        named = QUIET | {"ANDROID_SERIAL": phone.address}
        ended = project.sideload("doctor", "--json", env=named)

    rows = {row["name"]: row for row in ended.document["checks"]}
    assert phone.address in rows["phone"]["found"]
    assert rows["execution"]["ok"] is True


def test_an_environment_that_is_wrong_spoils_no_other_line(project: Project) -> None:
    wrong = {"SIDELOAD_ADB_SERVER": "on", "ANDROID_ADB_SERVER_PORT": "x", "ANDROID_SERIAL": ""}
    ended = project.sideload("doctor", "--json", env=wrong)

    rows = {row["name"]: row for row in ended.document["checks"]}
    assert (ended.exit_code, ended.error["type"]) == (2, "UsageError")
    assert rows["phone"]["remedy"] == "unset ANDROID_ADB_SERVER_PORT"
    assert rows["Python"]["ok"] is True


def test_a_phone_that_does_not_let_us_in_is_a_row_and_the_exit_code(
    project: Project, tmp_path: Path
) -> None:
    with simulated.get("android").start(tmp_path / "root", faults=["denied"]) as phone:
        ended = project.sideload("doctor", "--device", phone.address, "--json", env=QUIET)

    assert (ended.exit_code, ended.error["type"]) == (3, "UnauthorizedError")
    assert ended.document["checks"][-1]["name"] == "phone"
    assert ended.document["checks"][-1]["remedy"] == ended.error["remedy"]


def test_without_a_phone_doctor_says_how_to_get_one_and_does_not_fail(project: Project) -> None:
    ended = project.sideload("doctor", "--json", env=QUIET)

    assert ended.exit_code == 0, ended.stderr
    assert ended.document["checks"][-1]["found"] == "none attached"
    assert "--device simulated" in ended.document["checks"][-1]["remedy"]


def test_this_machine_itself_can_be_looked_at(project: Project) -> None:
    own = project.file(
        "targets/own.yaml", "platform: linux\nruntimes: [onnxruntime]\nprecisions: [float32]\n"
    )
    own.write_text(own.read_text() + f"device_root: {project.home / 'store'}\n")
    ended = project.sideload("doctor", "--target", "own", "--json", env=QUIET)
    rows = {row["name"]: row for row in ended.document["checks"]}

    assert rows["execution"]["ok"] is True, ended.stdout
    assert rows["store"]["found"] == str(project.home / "store")


def test_a_missing_package_decides_the_exit_code_before_the_phone() -> None:
    missing = Check(name="torch", found="", ok=False, needed_for="export", remedy="pip install")
    optional = replace(missing, needed_for="(the model digits)")

    assert doctor._required([missing, optional, replace(missing, ok=True)]) == [missing]  # noqa: SLF001
