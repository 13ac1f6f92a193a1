"""Files that come and go over `sync:`, and stay inside the phone."""

import errno
import os
import stat
from pathlib import Path

import pytest

from sideload.protocols.adb import packets, sync
from sideload.simulated import RunningPhone
from tests.simulated.client import FEATURES, WITH_DELAYED_ACK, Client
from tests.simulated.conftest import Connect

TMP = "/data/local/tmp"


@pytest.fixture(params=[(), FEATURES, WITH_DELAYED_ACK], ids=["old", "new", "delayed ack"])
def any_client(request: pytest.FixtureRequest, phone: RunningPhone, connect: Connect) -> Client:
    """A client for the old requests, the new, and for windows."""
    features: tuple[str, ...] = request.param
    return connect(phone, features)


@pytest.mark.parametrize("size", [0, 1, 65_535, 65_536, 65_537, 1 << 20, 5_000_000])
def test_what_is_pushed_comes_back(size: int, any_client: Client) -> None:
    content = os.urandom(size)

    assert any_client.push(f"{TMP}/file", content) == ""
    assert any_client.pull(f"{TMP}/file") == content


def test_a_file_has_the_mode_and_time_it_was_sent_with(client: Client, phone: RunningPhone) -> None:
    client.push(f"{TMP}/run", b"#!/bin/sh\n", 0o100755)
    client.push(f"{TMP}/plain", b"", 0o100644)
    run, plain = ((phone.root / f"data/local/tmp/{name}").stat() for name in ("run", "plain"))

    assert stat.S_IMODE(run.st_mode) == 0o777
    assert stat.S_IMODE(plain.st_mode) == 0o666
    assert run.st_mtime == 1_700_000_000


@pytest.mark.parametrize(
    "name", ["with space", "it's", 'a"b', "ü電", "$(touch x)", "a,b", "-r", "a\nb"]
)
def test_a_file_may_have_any_name(name: str, any_client: Client) -> None:
    assert any_client.push(f"{TMP}/names/{name}", b"named") == ""
    assert any_client.pull(f"{TMP}/names/{name}") == b"named"


def test_folders_on_the_way_are_made(client: Client) -> None:
    assert client.push(f"{TMP}/a/b/c/d", b"deep") == ""
    assert client.names(f"{TMP}/a/b") == {".", "..", "c"}


def test_a_program_that_runs_keeps_the_file_it_was_started_from(
    client: Client, phone: RunningPhone, connect: Connect
) -> None:
    client.push(f"{TMP}/held", b"old")
    running = client.open(f"exec:exec 3< {TMP}/held; echo ready; read line; cat <&3")
    assert running.line() == b"ready\n"

    assert connect(phone).push(f"{TMP}/held", b"new") == ""
    running.write(b"go on\n")
    assert running.rest() == b"old"


def test_many_files_may_be_sent_before_the_first_answer(client: Client) -> None:
    stream = client.open("sync:")
    batch = b"".join(
        sync.send_request(f"{TMP}/many/{number}", 0o100644, is_v2=True)
        + sync.REQUEST.pack(sync.DATA, 3)
        + b"abc"
        + sync.done(1)
        for number in range(200)
    )
    stream.write(batch)

    assert [stream.verdict() for _ in range(200)] == [""] * 200
    assert len(client.names(f"{TMP}/many")) == 202


def test_a_link_is_a_link_and_one_within_the_phone(client: Client) -> None:
    client.push(f"{TMP}/target", b"behind the link")
    client.push(f"{TMP}/link", b"/data/local/tmp/target\0", 0o120777)
    client.push(f"{TMP}/relative", b"target\0", 0o120777)

    assert client.pull(f"{TMP}/link") == b"behind the link"
    assert client.pull(f"{TMP}/relative") == b"behind the link"
    assert client.run(f"readlink {TMP}/link; cat {TMP}/relative").out == (
        b"/data/local/tmp/target\nbehind the link"
    )


def test_status_is_of_the_link_or_of_what_is_behind_it(client: Client) -> None:
    client.push(f"{TMP}/behind", b"12345")
    client.run(f"ln -sf behind {TMP}/before")
    link, _ = client.stat(f"{TMP}/before", sync.LSTAT_V2)
    file, _ = client.stat(f"{TMP}/before", sync.STAT_V2)
    old, _ = client.stat(f"{TMP}/before", sync.STAT)

    assert link is not None
    assert file is not None
    assert old is not None
    assert stat.S_ISLNK(link.mode)
    assert stat.S_ISLNK(old.mode)
    assert (stat.S_ISREG(file.mode), file.size_bytes) == (True, 5)


def test_what_is_not_there_has_no_status_and_says_why(client: Client) -> None:
    assert client.stat(f"{TMP}/nothing") == (None, errno.ENOENT)
    assert client.stat(f"{TMP}/nothing", sync.STAT) == (None, 0)
    assert client.names(f"{TMP}/nothing") == set()
    with pytest.raises(OSError, match="open failed: No such file or directory"):
        client.pull(f"{TMP}/nothing")


def test_a_folder_cannot_be_pulled_or_overwritten(client: Client) -> None:
    client.push(f"{TMP}/folder/file", b"")

    with pytest.raises(OSError, match="open failed: Is a directory"):
        client.pull(f"{TMP}/folder")
    assert client.push(f"{TMP}/folder", b"new") == "couldn't create file: Is a directory"
    assert client.names(f"{TMP}/folder") == {".", "..", "file"}


def test_a_pipe_without_a_writer_holds_nothing_up(client: Client) -> None:
    client.run(f"mkfifo {TMP}/pipe")

    with pytest.raises(OSError, match="Invalid argument"):
        client.pull(f"{TMP}/pipe")


def test_a_refused_file_is_answered_before_all_of_it_has_been_sent(client: Client) -> None:
    client.push(f"{TMP}/blocker", b"")
    stream = client.open("sync:")
    stream.write(sync.send_request(f"{TMP}/blocker/below", 0o100644, is_v2=True))
    stream.write(sync.REQUEST.pack(sync.DATA, 4) + b"more")

    assert stream.verdict() == "couldn't create file: File exists"
    stream.write(sync.REQUEST.pack(sync.DATA, 4) + b"more" + sync.done(0))
    stream.write(sync.request(sync.STAT, f"{TMP}/blocker"))
    assert stream.exactly(4) == sync.STAT


@pytest.mark.parametrize(
    "path",
    [
        "/../../../../../../etc/hostname",
        "../../etc/hostname",
        "/data/../../../etc/hostname",
        f"{TMP}/up/etc/hostname",
        f"{TMP}/root/etc/hostname",
        f"{TMP}/file-outside",
    ],
)
def test_no_path_leads_out_of_the_phone(
    path: str, client: Client, phone: RunningPhone, tmp_path: Path
) -> None:
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/hostname").write_text("the host's")
    folder = phone.root / "data/local/tmp"
    for name, target in (
        ("root", tmp_path),
        ("up", Path("../" * len(phone.root.parts + folder.parts)) / tmp_path.relative_to("/")),
        ("file-outside", tmp_path / "etc/hostname"),
    ):
        (folder / name).unlink(missing_ok=True)
        (folder / name).symlink_to(target)

    before = _pulled(client, path)
    reason = client.push(path, b"ours")

    assert before != b"the host's"
    assert _pulled(client, path) == (b"" if reason else b"ours")
    assert (tmp_path / "etc/hostname").read_text() == "the host's"


def _pulled(client: Client, path: str) -> bytes:
    try:
        return client.pull(path)
    except OSError:
        return b""


def test_a_path_with_a_nul_names_nothing(client: Client) -> None:
    stream = client.open("sync:")
    for name in (sync.STAT, sync.LSTAT_V2):
        stream.write(sync.REQUEST.pack(name, 11) + b"/data\0/junk")
    stream.write(sync.REQUEST.pack(sync.RECV, 6) + b"/data\0")

    assert stream.exactly(16) == sync.STAT + bytes(12)
    assert stream.exactly(72)[:8] == sync.LSTAT_V2 + errno.EINVAL.to_bytes(4, "little")
    assert stream.verdict() == "open failed: Invalid argument"


@pytest.mark.parametrize(
    "request_", [sync.REQUEST.pack(b"NOPE", 0), sync.REQUEST.pack(sync.STAT, 1025)]
)
def test_an_unknown_request_is_refused_and_ends_the_stream(request_: bytes, client: Client) -> None:
    stream = client.open("sync:")
    stream.write(request_)

    assert b"unknown request" in stream.rest()


def test_a_piece_that_is_too_large_ends_the_stream(client: Client) -> None:
    stream = client.open("sync:")
    stream.write(sync.send_request(f"{TMP}/large", 0o100644, is_v2=True))
    stream.write(sync.REQUEST.pack(sync.DATA, sync.MAX_CHUNK + 1))

    assert b"oversize data message" in stream.rest()


@pytest.mark.parametrize("flags", [1, 2, 4, 1 << 31])
def test_compression_that_was_never_offered_is_refused(flags: int, client: Client) -> None:
    stream = client.open("sync:")
    path = f"{TMP}/squeezed".encode()
    stream.write(sync.REQUEST.pack(sync.SEND_V2_NAME, len(path)) + path)
    stream.write(sync.SEND_V2.pack(sync.SEND_V2_NAME, 0o100644, flags) + sync.done(0))
    assert "unknown compression" in stream.verdict()

    stream.write(sync.REQUEST.pack(sync.RECV_V2_NAME, len(path)) + path)
    stream.write(sync.REQUEST.pack(sync.RECV_V2_NAME, flags))
    assert stream.verdict() == "unknown compression"


def test_quitting_closes_the_stream(client: Client) -> None:
    stream = client.open("sync:")
    stream.write(sync.REQUEST.pack(sync.QUIT, 0))

    assert stream.rest() == b""


def test_a_small_file_comes_in_one_packet_with_its_end(client: Client) -> None:
    client.push(f"{TMP}/small", b"content")
    stream = client.open("sync:")
    client.send(
        packets.WRTE,
        stream.local_id,
        stream.remote_id,
        sync.receive_request(f"{TMP}/small", is_v2=True),
    )
    _, (header, payload) = client.receive(), client.receive()

    assert header.command == packets.WRTE
    assert payload == sync.REQUEST.pack(sync.DATA, 7) + b"content" + sync.END_OF_FILE
