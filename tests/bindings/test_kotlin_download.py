"""A model is fetched from a real server, which does not always play along, by a program in Java."""

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from tests.bindings import kotlin_tools
from tests.bindings.file_server import PIECE, FileServer, serving
from tests.bindings.kotlin_bindings import LARGE, on_onnxruntime

SIZE: Final = len(LARGE)
WHOLE: Final = f"large.onnx | [large.onnx {SIZE}]"
WANTED: Final = f"large.onnx of {SIZE} bytes with sha256 {hashlib.sha256(LARGE).hexdigest()}"
FOLDERS: Final = (
    *("whole", "breaks", "whole_only", "crooked", "busy", "moved", "together", "stopped"),
    *("another", "older", "gone", "down", "silent", "round", "nowhere"),
    *("half", "wrong_half", "too_much", "there", "changed", "blocked"),
)
ADDRESSES: Final = ("ftp://127.0.0.1/models", "https:///models", "http://127.0.0.1/mo dels")


class Fetched(NamedTuple):
    """What the program said of each folder, and what the server was asked."""

    said: Mapping[str, list[str]]
    server: FileServer


@pytest.fixture(scope="module")
def fetched(
    jvm_files: Mapping[str, Mapping[str, Path]], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Fetched]:
    root = tmp_path_factory.mktemp("download")
    classes = on_onnxruntime(jvm_files["onnxruntime"], root)
    java = kotlin_tools.SOURCES / "Downloads.java"
    mine = kotlin_tools.compiled_java([java], classes, root / "java")
    into = root / "into"
    _left_behind(into)
    with serving(LARGE) as server:
        arguments = [str(into), server.address, *FOLDERS, *ADDRESSES]
        printed = kotlin_tools.run("Downloads", [mine, *classes], arguments, root)
        said: dict[str, list[str]] = {}
        for line in printed.replace(server.address, "SERVER").splitlines():
            what, _, rest = line.partition(" | ")
            said.setdefault(what, []).append(rest.replace(str(into), "INTO"))
        yield Fetched(said, server)


def _left_behind(into: Path) -> None:
    """What earlier runs may have left in the folders."""
    part = f"{hashlib.sha256(LARGE).hexdigest()}.part"
    left = {
        f"half/{part}": LARGE[: SIZE // 2],
        f"crooked/{part}": LARGE[: SIZE // 2],
        f"wrong_half/{part}": bytes(SIZE // 2),
        f"too_much/{part}": LARGE + b"more",
        "there/large.onnx": LARGE,
        "changed/large.onnx": bytes(SIZE),
        "blocked": b"a file where a folder should be",
    }
    for name, content in left.items():
        (into / name).parent.mkdir(parents=True, exist_ok=True)
        (into / name).write_bytes(content)


@pytest.mark.parametrize(
    ("folder", "starts"),
    [
        ("whole", [0]),
        ("breaks", [0, PIECE, 2 * PIECE]),
        ("whole_only", [0, PIECE]),
        ("crooked", [SIZE // 2, 0]),
        ("busy", [0, 0, 0]),
        ("half", [SIZE // 2]),
        ("wrong_half", [SIZE // 2, 0]),
        ("too_much", [0]),
        ("there", []),
        ("changed", [0]),
    ],
)
def test_what_is_missing_is_fetched_from_where_it_broke_off(
    fetched: Fetched, folder: str, starts: list[int]
) -> None:
    assert fetched.said[folder] == [WHOLE]
    assert fetched.server.starts(folder) == starts


def test_another_host_is_followed_to_and_told_no_secret(fetched: Fetched) -> None:
    assert fetched.said["moved"] == [WHOLE]
    first, second = (
        one for one in fetched.server.asked if one.path.split("/")[1] in {"moved", "elsewhere"}
    )
    assert (first.secret, second.secret) == ("secret", "")


def test_threads_that_want_the_same_file_fetch_it_once(fetched: Fetched) -> None:
    assert fetched.said["together"] == [WHOLE] * 4
    assert fetched.server.starts("together") == [0]


def test_a_thread_that_is_interrupted_stops_and_the_next_one_goes_on(fetched: Fetched) -> None:
    first, second = fetched.said["stopped"]
    kept = int(first.removeprefix("interrupted | [hash.part ").removesuffix("]"))

    assert SIZE // 2 < kept < SIZE
    assert second == WHOLE
    assert fetched.server.starts("stopped") == [0, kept]
    assert fetched.said["rising"] == ["true | true"]


@pytest.mark.parametrize(
    ("folder", "found"),
    [
        ("another", f"sha256 {hashlib.sha256(bytes(SIZE)).hexdigest()}"),
        ("older", f"{SIZE - 1} bytes"),
    ],
)
def test_another_file_under_the_same_name_is_never_taken_for_the_model(
    fetched: Fetched, folder: str, found: str
) -> None:
    (said,) = fetched.said[folder]

    assert said == (
        f"WrongModelFileException: INTO/{folder}/large.onnx: expected {WANTED}, found {found} at "
        f"SERVER/{folder}/large.onnx (damaged, or another model) | [hash.part 0]"
    )
    assert fetched.server.starts(folder) == [0]


@pytest.mark.parametrize(
    ("folder", "said", "times"),
    [
        ("gone", "the server answers 404", 1),
        ("down", "java.io.IOException: the server answers 500", 3),
        ("silent", "java.net.SocketTimeoutException: Read timed out", 3),
        ("round", "it leads from one address to the next, without an end", 5),
        ("nowhere", "ftp://example.com/large.onnx is no address of a server", 1),
    ],
)
def test_a_server_that_does_not_play_along_is_an_error_that_says_how(
    fetched: Fetched, folder: str, said: str, times: int
) -> None:
    address = f"SERVER/{folder}/large.onnx"

    assert fetched.said[folder] == [f"DownloadFailedException: {address}: {said} | [hash.part 0]"]
    assert len(fetched.server.starts(folder)) == times


@pytest.mark.parametrize("address", ADDRESSES)
def test_what_is_no_address_of_a_server_is_said_to_be_none(fetched: Fetched, address: str) -> None:
    said = f"{address}/large.onnx: {address}/large.onnx is no address of a server"

    assert fetched.said[address] == [f"DownloadFailedException: {said} | [hash.part 0]"]


def test_a_folder_that_cannot_be_made_is_said(fetched: Fetched) -> None:
    said = "there is no folder INTO/blocked, and none can be made"

    assert fetched.said["blocked"] == [f"DownloadFailedException: SERVER/blocked: {said} | nothing"]
