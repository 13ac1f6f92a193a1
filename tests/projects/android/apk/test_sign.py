"""Whose key an app is signed with, and what is said where there is none that can be used."""

import stat
from pathlib import Path

import pytest

from sideload.errors import MissingToolError, ToolFailedError, UsageError
from sideload.host import files, java, process
from sideload.projects.android.apk import _manifest, _pack, _sign
from tests.projects.android.apk import aars
from tests.projects.android.apk.test_gates import APP

# ruff: noqa: S105 - of keys that are made here
PASSWORD = "a sentence, with: signs' \"in it"


@pytest.fixture(autouse=True)
def user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Somebody who has no key."""
    aars.has_tools()
    monkeypatch.setenv("HOME", str(tmp_path / "user"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.delenv(_sign.PASSWORD_VARIABLE, raising=False)
    return tmp_path / "user"


@pytest.fixture
def unsigned(tmp_path: Path) -> Path:
    manifest = _manifest.manifest(APP % b".Main", [], min_sdk=26, target_sdk=36)
    _pack.packed(_manifest.linked(manifest, tmp_path), [], tmp_path / "unsigned.apk")
    return tmp_path / "unsigned.apk"


@pytest.fixture(scope="module")
def own_keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with two keys."""
    aars.has_tools()
    path = tmp_path_factory.mktemp("keys") / "own.p12"
    for alias in ("one", "two"):
        words = ["-genkeypair", "-storepass", PASSWORD, "-alias", alias, "-dname", "CN=me"]
        words += ["-keyalg", "EC", "-keystore", str(path)]
        process.run([java.home() / "bin/keytool", *words], timeout_s=60, remedy="")
    return path


def sign(unsigned: Path, key: _sign.Keystore) -> str:
    return _sign.signed(unsigned, key, unsigned.with_name("signed.apk"))


def test_a_debug_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    first = _sign.keystore(None, "")
    content = first.path.read_bytes()

    assert first.path.is_relative_to(tmp_path / "data")
    assert stat.S_IMODE(first.path.stat().st_mode) == 0o600
    assert _sign.keystore(None, "") == first
    assert first.path.read_bytes() == content


def test_the_debug_key_of_android_studio_is_used_where_it_is(user: Path) -> None:
    there = user / ".android/debug.keystore"
    files.write_text(there, "keys")

    assert _sign.keystore(None, "").path == there


def test_an_own_key_signs_with_a_password_that_no_other_program_sees(
    own_keys: Path, unsigned: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(_sign.PASSWORD_VARIABLE, PASSWORD)

    assert len(sign(unsigned, _sign.keystore(own_keys, "two"))) == 64
    with pytest.raises(ToolFailedError, match="multiple key entries") as caught:
        sign(unsigned, _sign.keystore(own_keys, ""))
    assert "--key-alias" in caught.value.remedy
    assert PASSWORD not in " ".join(caught.value.argv)


def test_a_wrong_password_is_named_with_where_it_comes_from(
    own_keys: Path, unsigned: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(_sign.PASSWORD_VARIABLE, "wrong")

    with pytest.raises(ToolFailedError, match="password was incorrect") as caught:
        sign(unsigned, _sign.keystore(own_keys, "one"))

    assert _sign.PASSWORD_VARIABLE in caught.value.remedy


@pytest.mark.parametrize(
    ("name", "alias", "said"),
    [("", "one", "names a key of a file"), ("no.p12", "", "no keystore"), ("a", "", "password")],
)
def test_a_key_that_cannot_be_used_is_refused_before_anything_is_made(
    name: str, alias: str, said: str, tmp_path: Path
) -> None:
    (tmp_path / "a").touch()

    with pytest.raises(UsageError, match=said):
        _sign.keystore(tmp_path / name if name else None, alias)


def test_a_machine_without_a_jdk_is_told_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(MissingToolError, match="no JDK") as caught:
        _sign.keystore(None, "")

    assert "openjdk-17-jdk-headless" in caught.value.remedy


def test_a_jdk_without_modules_is_none_that_will_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))

    with pytest.raises(MissingToolError, match="has no modules"):
        java.home()
