import io
import random
import zipfile
from pathlib import Path

import numpy as np
import pytest

from sideload.errors import HostFileError, InputsError, SideloadError
from sideload.host import arrays, files

ONES = np.ones((2, 3), dtype=np.float32)


def archive(path: Path, members: dict[str, bytes], method: int = zipfile.ZIP_STORED) -> Path:
    with zipfile.ZipFile(path, "w", method) as opened:
        for name, data in members.items():
            opened.writestr(name, data)
    return path


def npy(array: arrays.Array, *, allow_pickle: bool = False) -> bytes:
    buffer = io.BytesIO()
    np.lib.format.write_array(buffer, array, allow_pickle=allow_pickle)
    return buffer.getvalue()


@pytest.mark.parametrize(
    "array",
    [
        ONES,
        np.array(3, dtype=np.int64),
        np.zeros((0, 4), dtype=np.uint8),
        np.array([True, False]),
        np.array([np.nan, np.inf, -0.0], dtype=np.float16),
        np.asfortranarray(np.arange(6).reshape(2, 3)),
        np.arange(10)[::2],
    ],
    ids=["float32", "scalar", "empty", "bool", "not finite", "column-major", "strided"],
)
def test_what_was_saved_is_what_is_loaded(tmp_path: Path, array: arrays.Array) -> None:
    arrays.save(tmp_path / "a.npz", {"x": array})

    loaded = arrays.load(tmp_path / "a.npz")["x"]

    assert loaded.dtype == array.dtype
    assert loaded.shape == array.shape
    assert loaded.flags.c_contiguous
    np.testing.assert_array_equal(loaded, array)


@pytest.mark.parametrize(
    "name", ["file", "arr_0", "../x", "/a", "a/b", "größe", "", "x.npy", "a\nb"]
)
def test_any_name_that_a_model_has_survives(tmp_path: Path, name: str) -> None:
    arrays.save(tmp_path / "a.npz", {name: ONES, "other": ONES})

    assert list(arrays.load(tmp_path / "a.npz")) == [name, "other"]


def test_numpy_reads_what_we_write_and_we_read_what_numpy_writes(tmp_path: Path) -> None:
    arrays.save(tmp_path / "ours.npz", {"x": ONES})
    np.savez_compressed(tmp_path / "theirs.npz", x=ONES, y=np.array([1], dtype=">i4"))

    with np.load(tmp_path / "ours.npz") as theirs:
        np.testing.assert_array_equal(theirs["x"], ONES)
    loaded = arrays.load(tmp_path / "theirs.npz")
    assert loaded["y"].dtype == np.dtype("int32")
    assert loaded["y"].tolist() == [1]


def test_the_same_arrays_give_the_same_bytes(tmp_path: Path) -> None:
    arrays.save(tmp_path / "a.npz", {"x": ONES})
    arrays.save(tmp_path / "b.npz", {"x": ONES.copy()})

    assert files.sha256(tmp_path / "a.npz") == files.sha256(tmp_path / "b.npz")


@pytest.mark.parametrize(
    "array",
    [np.array([object()]), np.array([b"bytes"]), np.zeros(1, dtype="V2")],
    ids=["objects", "bytes", "raw bytes"],
)
def test_only_numbers_and_texts_are_saved(tmp_path: Path, array: arrays.Array) -> None:
    with pytest.raises(InputsError, match="neither numbers nor texts"):
        arrays.save(tmp_path / "a.npz", {"x": array})

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["a\0b", "\ud800"])
def test_a_name_that_no_archive_can_hold_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputsError, match="is no name"):
        arrays.save(tmp_path / "a.npz", {name: ONES})


def test_pickles_are_never_opened(tmp_path: Path) -> None:
    data = npy(np.array([Path("x")], dtype=object), allow_pickle=True)

    with pytest.raises(InputsError, match="Python objects"):
        arrays.load(archive(tmp_path / "a.npz", {"x.npy": data}))


def test_texts_come_back_as_they_were(tmp_path: Path) -> None:
    texts = np.array([["", "größe"], ["🐈", "a b"]])
    arrays.save(tmp_path / "a.npz", {"sentence": texts})

    assert arrays.load(tmp_path / "a.npz")["sentence"].tolist() == texts.tolist()


@pytest.mark.parametrize("code", [0x11_0000, 0xD800, 0xFFFF_FFFF])
def test_a_code_that_is_no_character_is_refused(tmp_path: Path, code: int) -> None:
    texts = np.array([code], dtype=np.uint32).view("<U1")

    with pytest.raises(InputsError, match="not a readable"):
        arrays.load(archive(tmp_path / "a.npz", {"sentence.npy": npy(texts)}))


def test_a_header_that_claims_more_than_is_there_is_refused_before_memory_is_taken(
    tmp_path: Path,
) -> None:
    header = io.BytesIO()
    huge = {"descr": "<f4", "fortran_order": False, "shape": (10**10, 99)}
    np.lib.format.write_array_header_1_0(header, huge)

    with pytest.raises(InputsError, match="claims the shape"):
        arrays.load(archive(tmp_path / "a.npz", {"x.npy": header.getvalue()}))


def test_an_archive_that_unfolds_to_more_than_allowed_is_refused(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.npz", {"x.npy": npy(ONES)})
    honest = path.read_bytes()
    size = len(npy(ONES)).to_bytes(4, "little")
    path.write_bytes(honest.replace(size, (2**32 - 2).to_bytes(4, "little")))
    files_of_4_gib = {f"{n}.npy": npy(ONES) for n in range(3)}
    big = archive(tmp_path / "b.npz", files_of_4_gib)
    big.write_bytes(big.read_bytes().replace(size, (2**32 - 2).to_bytes(4, "little")))

    with pytest.raises(InputsError):
        arrays.load(path)
    with pytest.raises(InputsError, match="claims to hold 12884901882 bytes"):
        arrays.load(big)


@pytest.mark.parametrize(
    "data",
    [b"", b"PK", b"not a zip", npy(ONES), b"\x00" * 100, b"PK\x05\x06" + b"\x00" * 18],
    ids=["empty", "cut", "text", "npy", "zeros", "no members"],
)
def test_what_is_no_archive_of_arrays_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.npz").write_bytes(data)

    with pytest.raises(InputsError, match="not a readable") as caught:
        arrays.load(tmp_path / "a.npz")

    assert "numpy.savez" in caught.value.remedy


def test_a_name_that_occurs_twice_is_refused(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.npz", {"x.npy": npy(ONES), "y.npy": npy(ONES)})
    path.write_bytes(path.read_bytes().replace(b"y.npy", b"x.npy"))

    with pytest.raises(InputsError, match="twice"):
        arrays.load(path)


def test_a_missing_file_is_not_taken_for_a_bad_one(tmp_path: Path) -> None:
    with pytest.raises(HostFileError, match="No such file"):
        arrays.load(tmp_path / "a.npz")


def problem(path: Path) -> str:
    try:
        arrays.load(path)
    except SideloadError as error:
        return error.problem
    return "none"


@pytest.mark.parametrize("seed", range(4))
def test_damage_anywhere_gives_an_error_or_numbers_and_never_a_crash(
    tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311 - the same damage each time
    path = tmp_path / "a.npz"
    np.savez_compressed(path, x=ONES, y=np.arange(100))
    good = path.read_bytes()
    for _ in range(100):
        data = bytearray(good[: chance.choice([len(good), chance.randrange(1, len(good))])])
        for _ in range(chance.randrange(4)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        path.write_bytes(data)
        assert problem(path)
