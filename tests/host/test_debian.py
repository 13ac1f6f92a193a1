import subprocess
import sys
from pathlib import Path

import pytest

from sideload.errors import HostFileError, MissingToolError, ToolFailedError
from sideload.host import _apt, debian, process
from sideload.host.places import CACHE_VARIABLE
from tests.host import debs
from tests.requires import require

FETCH = """
from sideload.host import debian
print(debian.fetch(["one"], suite="bookworm", architecture="arm64").folder)
"""
ONE_LINE = "deb [arch=amd64] http://security.example/debian bookworm-security main\ndeb {} main\n"
DEB822 = """Types: deb
URIs: http://mirror.example/debian
Suites: trixie trixie-updates
Components: main contrib
"""


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache."""
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "a cache"))
    return tmp_path / "a cache"


@pytest.fixture
def folder(tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of packages that takes a mirror's place; it holds `one` and `two`."""
    assert not cache.exists()
    own = tmp_path / "debs"
    debs.deb(own / "one_1%3a2.0-3_arm64.deb", [debs.file("./usr/lib/one", "1")])
    debs.deb(own / "two_2_all.deb", [debs.file("./usr/lib/two", "2")])
    monkeypatch.setenv(debian.MIRROR_VARIABLE, str(own))
    return own


def fetched(*names: str) -> debian.Unpacked:
    return debian.fetch(names, suite="bookworm", architecture="arm64")


def has_apt() -> None:
    require(process.find("apt-get") is not None, "apt-get is not installed; Debian has it")
    require(any(path.is_file() for path in _apt.KEYRINGS), "apt install debian-archive-keyring")


def test_packages_of_another_suite_and_architecture_come_from_this_machines_mirror() -> None:
    has_apt()

    found = debian.fetch(["libgcc-s1"], suite="trixie", architecture="arm64")

    (package,) = found.packages
    loaded = next(found.folder.rglob("libgcc_s.so.1"))
    assert (package.name, package.architecture) == ("libgcc-s1", "arm64")
    assert package.version.startswith("14.")
    # The machine field of an ELF header: AArch64 is 183.
    assert loaded.read_bytes()[18:20] == (183).to_bytes(2, "little")


def test_a_folder_takes_the_place_of_a_mirror(folder: Path) -> None:
    found = fetched("two", "one")

    assert folder.is_dir()
    assert [(one.name, one.version) for one in found.packages] == [("one", "1:2.0-3"), ("two", "2")]
    assert [(found.folder / "usr/lib" / name).read_text() for name in ("one", "two")] == ["1", "2"]


def test_what_is_in_the_cache_is_not_fetched_again(folder: Path) -> None:
    first = fetched("one")
    (folder / "one_1%3a2.0-3_arm64.deb").unlink()

    assert fetched("one") == first


def test_two_processes_fetch_once(folder: Path) -> None:
    argv = [sys.executable, "-c", FETCH]

    both = [
        subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    said = [child.communicate(timeout=60) for child in both]

    assert folder.is_dir()
    assert [child.returncode for child in both] == [0, 0]
    assert len({stdout for stdout, _ in said}) == 1
    assert sum("✓ fetch" in stderr for _, stderr in said) == 1


def test_a_damaged_package_leaves_nothing_under_the_final_name(folder: Path, cache: Path) -> None:
    (folder / "two_2_all.deb").write_bytes(b"torn")

    with pytest.raises(HostFileError, match="cannot be unpacked"):
        fetched("one", "two")

    assert list((cache / "debian").glob("bookworm-*")) == []


@pytest.mark.parametrize(
    ("extra", "said"),
    [((), r"holds no three_…_arm64\.deb"), (("three_1_arm64.deb", "three_2_arm64.deb"), "more")],
)
def test_a_folder_without_exactly_one_such_package_is_refused(
    folder: Path, extra: tuple[str, ...], said: str
) -> None:
    for name in extra:
        debs.deb(folder / name, [])

    with pytest.raises(MissingToolError, match=said) as caught:
        fetched("three")

    assert "put one three for arm64 there" in caught.value.remedy


def test_a_mirror_that_is_neither_address_nor_folder_is_refused(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(debian.MIRROR_VARIABLE, "no-such-folder")

    with pytest.raises(MissingToolError, match="neither an address nor a folder: no-such-folder"):
        fetched("one")

    assert cache.is_dir()


def test_without_apt_the_remedy_names_the_variable(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(debian.MIRROR_VARIABLE, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(MissingToolError, match="apt-get is not installed") as caught:
        fetched("one")

    assert cache.is_dir()
    assert caught.value.remedy.startswith("SIDELOAD_DEBIAN_MIRROR=<")


def test_a_mirror_that_cannot_be_reached_is_a_failed_tool(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    has_apt()
    # Port 9 of this machine: nobody listens.
    monkeypatch.setenv(debian.MIRROR_VARIABLE, "http://127.0.0.1:9/debian")

    with pytest.raises(ToolFailedError, match=r"apt-get failed: (?s:.*)127\.0\.0\.1") as caught:
        fetched("libc6")

    assert list((cache / "debian").glob("bookworm-*")) == []
    assert "SIDELOAD_DEBIAN_MIRROR" in caught.value.remedy


def test_what_debian_did_not_sign_is_refused(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    has_apt()
    release = tmp_path / "mirror/dists/bookworm/Release"
    release.parent.mkdir(parents=True)
    release.write_text("Codename: bookworm\nComponents: main\nArchitectures: arm64\nSHA256:\n")
    monkeypatch.setenv(debian.MIRROR_VARIABLE, f"file://{tmp_path}/mirror")

    with pytest.raises(ToolFailedError, match="is not signed"):
        fetched("libc6")

    assert list((cache / "debian").glob("bookworm-*")) == []


def test_a_package_that_debian_has_not_is_named() -> None:
    has_apt()

    with pytest.raises(ToolFailedError, match="sideload-no-such-package"):
        debian.fetch(["sideload-no-such-package"], suite="trixie", architecture="arm64")


def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, text: str) -> None:
    """Let apt believe that its sources are these."""
    has_apt()
    monkeypatch.delenv(debian.MIRROR_VARIABLE, raising=False)
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / name).write_text(text)
    (tmp_path / "apt.conf").write_text(
        f'Dir::Etc::sourcelist "/dev/null"; Dir::Etc::sourceparts "{tmp_path}/parts";\n'
    )
    monkeypatch.setenv("APT_CONFIG", str(tmp_path / "apt.conf"))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("debian.sources", DEB822),
        ("debian.list", ONE_LINE.format("http://mirror.example/debian bookworm")),
    ],
)
def test_the_mirror_is_the_one_in_apts_sources(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, text: str
) -> None:
    sources(tmp_path, monkeypatch, name, text)

    assert _apt.mirror() == "http://mirror.example/debian"


@pytest.mark.parametrize("text", ["", ONE_LINE.format("http://other.example/other noble")])
def test_a_machine_of_another_distribution_has_no_mirror_of_debian(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    sources(tmp_path, monkeypatch, "other.list", text)

    with pytest.raises(MissingToolError, match="name no mirror of Debian"):
        _apt.mirror()
