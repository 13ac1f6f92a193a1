import tarfile
from pathlib import Path

import pytest

from sideload.errors import HostFileError
from sideload.host import _deb
from tests.host import debs


@pytest.mark.parametrize("data", debs.COMPRESSIONS)
def test_a_package_is_unpacked_however_it_is_compressed(tmp_path: Path, data: str) -> None:
    made = debs.deb(tmp_path / "a.deb", [debs.file("./usr/bin/run", "hello", 0o755)], data=data)

    _deb.unpack(made, tmp_path / "root")

    unpacked = tmp_path / "root/usr/bin/run"
    assert unpacked.read_text() == "hello"
    assert unpacked.stat().st_mode & 0o777 == 0o755


def test_a_link_from_the_root_leads_below_the_folder(tmp_path: Path) -> None:
    entries = [
        debs.file("./lib/x86_64-linux-gnu/ld.so.2", "loader"),
        debs.link("./lib64/ld.so", "/lib/x86_64-linux-gnu/ld.so.2"),
        debs.link("./root", "/"),
    ]

    _deb.unpack(debs.deb(tmp_path / "a.deb", entries), tmp_path / "root")

    assert (tmp_path / "root/lib64/ld.so").read_text() == "loader"
    assert (tmp_path / "root/root").resolve() == tmp_path / "root"


@pytest.mark.parametrize(
    "entries",
    [
        [debs.file("../outside", "x")],
        [debs.file("./a/../../outside", "x")],
        [debs.link("./a", "../../etc")],
        [debs.link("./up", "/../.."), debs.file("./up/outside", "x")],
        [debs.link("./a", "../outside", tarfile.LNKTYPE)],
    ],
    ids=["parent", "through", "link", "link-from-root", "hard-link"],
)
def test_nothing_is_written_or_linked_outside(
    tmp_path: Path, entries: list[tuple[tarfile.TarInfo, bytes]]
) -> None:
    (tmp_path / "in").mkdir()
    made = debs.deb(tmp_path / "in/a.deb", entries)

    with pytest.raises(HostFileError, match="outside"):
        _deb.unpack(made, tmp_path / "in/root")

    assert sorted(path.name for path in tmp_path.iterdir()) == ["in"]
    assert not (tmp_path / "in/outside").exists()


def test_devices_are_left_out_and_setuid_is_taken_away(tmp_path: Path) -> None:
    entries = [
        debs.link("./dev/null", "", tarfile.CHRTYPE),
        debs.link("./pipe", "", tarfile.FIFOTYPE),
        debs.file("./bin/su", "x", 0o4755),
    ]

    _deb.unpack(debs.deb(tmp_path / "a.deb", entries), tmp_path / "root")

    found = {path.name: path.stat().st_mode & 0o7777 for path in (tmp_path / "root").rglob("*")}
    assert set(found) == {"bin", "su"}
    assert found["su"] == 0o755


def test_a_file_that_is_no_package_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.deb").write_bytes(b"<html>not found</html>")

    with pytest.raises(HostFileError, match=r"a\.deb cannot be unpacked: it is no Debian package"):
        _deb.unpack(tmp_path / "a.deb", tmp_path / "root")


@pytest.mark.parametrize("data", ["data.tar.gz", "data.tar.xz", "data.tar.zst"])
@pytest.mark.parametrize("kept", [0.5, 0.97])
def test_a_package_that_is_cut_off_is_refused(tmp_path: Path, data: str, kept: float) -> None:
    made = debs.deb(tmp_path / "a.deb", [debs.file("./big", "0123456789" * 9000)], data=data)
    whole = made.read_bytes()
    made.write_bytes(whole[: int(len(whole) * kept)])

    with pytest.raises(HostFileError, match="cannot be unpacked"):
        _deb.unpack(made, tmp_path / "root")


def test_a_package_of_an_unknown_compression_is_refused(tmp_path: Path) -> None:
    made = debs.deb(tmp_path / "a.deb", [debs.file("./a", "x")], data="data.tar.br")

    with pytest.raises(HostFileError, match="no files that can be read"):
        _deb.unpack(made, tmp_path / "root")


@pytest.mark.parametrize("size", [b"-60       ", b"a lot     ", b"          "])
def test_a_package_whose_parts_have_no_size_is_refused(tmp_path: Path, size: bytes) -> None:
    made = debs.deb(tmp_path / "a.deb", [debs.file("./a", "x")])
    data = bytearray(made.read_bytes())
    data[56:66] = size
    made.write_bytes(data)

    with pytest.raises(HostFileError, match=r"a\.deb cannot be unpacked"):
        _deb.unpack(made, tmp_path / "root")
