import os
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from sideload import transports
from sideload.errors import DeviceGoneError
from sideload.host.places import CACHE_VARIABLE
from sideload.simulated import RunningPhone
from sideload.stages._objects import present, remove_deployment, store
from sideload.transports import Connection
from sideload.values import PayloadFile
from tests.stages.objects.conftest import ROOT, made, on_host, opened

SIZE_BYTES = 12_000_000
CHANGED_BYTES = 100_000
# Chunks at the borders of a change, and blocks at the borders of a range.
SLACK_BYTES = 300_000


def _middle(old: bytes) -> bytes:
    half = len(old) // 2
    return old[:half] + os.urandom(CHANGED_BYTES) + old[half + CHANGED_BYTES :]


def _front(old: bytes) -> bytes:
    return os.urandom(CHANGED_BYTES) + old


def _shorter(old: bytes) -> bytes:
    return old[: len(old) // 3] + old[len(old) // 2 :]


def _repeated(old: bytes) -> bytes:
    return old + os.urandom(CHANGED_BYTES) + old[: len(old) // 2]


@pytest.fixture
def another_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "another cache"))


@pytest.fixture
def old(connection: Connection, tmp_path: Path) -> PayloadFile:
    """A model that is on the phone."""
    (tmp_path / "files").mkdir()
    file = made(tmp_path / "files", "model.pte", os.urandom(SIZE_BYTES))
    store(connection, root=ROOT, key="old", payload=[file])
    return file


def _changed(old: PayloadFile, change: Callable[[bytes], bytes]) -> PayloadFile:
    return made(old.file.path.parent, "model.pte", change(old.file.path.read_bytes()))


@pytest.mark.parametrize("change", [_middle, _front, _shorter, _repeated])
def test_a_changed_model_is_made_of_what_the_phone_has_and_of_little_more(
    phone: RunningPhone,
    connection: Connection,
    old: PayloadFile,
    change: Callable[[bytes], bytes],
) -> None:
    new = _changed(old, change)
    told: list[int] = []

    stored = store(connection, root=ROOT, key="new", payload=[new], progress=told.append)

    there = on_host(phone) / "deployments/new/model.pte"
    assert there.read_bytes() == new.file.path.read_bytes()
    assert stored.pushed_bytes < CHANGED_BYTES + SLACK_BYTES
    assert stored.pushed_bytes + stored.reused_bytes == new.file.size_bytes == sum(told)
    assert present(connection, ROOT, ["old", "new"]) == {"old", "new"}
    assert list((on_host(phone) / "incoming").iterdir()) == []


def test_parts_of_several_files_make_one(
    phone: RunningPhone, connection: Connection, old: PayloadFile
) -> None:
    other = _changed(old, lambda _: os.urandom(5_000_000))
    store(connection, root=ROOT, key="other", payload=[other])
    content = other.file.path.read_bytes()
    both = _changed(
        old, lambda first: content[:4_000_000] + first[1_000_000:] + content[:2_000_000]
    )

    stored = store(connection, root=ROOT, key="both", payload=[both])

    assert stored.pushed_bytes < SLACK_BYTES
    there = on_host(phone) / "deployments/both/model.pte"
    assert there.read_bytes() == both.file.path.read_bytes()


def test_a_machine_that_never_saw_the_old_model_asks_the_phone_for_its_chunks(
    connection: Connection, old: PayloadFile, request: pytest.FixtureRequest
) -> None:
    new = _changed(old, _front)
    request.getfixturevalue("another_cache")

    stored = store(connection, root=ROOT, key="new", payload=[new])

    assert stored.pushed_bytes < CHANGED_BYTES + SLACK_BYTES


def test_an_object_without_an_index_gets_one_when_it_is_stored_again(
    phone: RunningPhone, connection: Connection, old: PayloadFile
) -> None:
    index = on_host(phone) / "index" / old.file.sha256
    before = index.read_bytes()
    index.unlink()

    store(connection, root=ROOT, key="again", payload=[old])

    assert index.read_bytes() == before


def test_a_file_that_is_another_altogether_goes_straight(
    connection: Connection, old: PayloadFile
) -> None:
    new = _changed(old, lambda _: os.urandom(SIZE_BYTES))

    stored = store(connection, root=ROOT, key="new", payload=[new])

    assert (stored.pushed_bytes, stored.reused_bytes) == (SIZE_BYTES, 0)


@pytest.mark.parametrize(
    "harm",
    [
        lambda root, sha: (root / "objects" / sha).write_bytes(bytes(SIZE_BYTES)),
        lambda root, sha: (root / "objects" / sha).write_bytes(b"short"),
        lambda root, sha: (root / "index" / sha).write_bytes(os.urandom(1000)),
        lambda root, sha: (root / "index" / sha).write_text("sideload-chunks/1 16384 x\n"),
        lambda root, sha: (root / "index" / sha).unlink(),
        lambda root, sha: _mixed_up(root / "index" / sha),
    ],
)
def test_whatever_is_wrong_with_the_old_model_the_new_one_arrives(
    phone: RunningPhone,
    connection: Connection,
    old: PayloadFile,
    harm: Callable[[Path, str], object],
    request: pytest.FixtureRequest,
) -> None:
    new = _changed(old, _front)
    request.getfixturevalue("another_cache")
    harm(on_host(phone), old.file.sha256)

    store(connection, root=ROOT, key="new", payload=[new])

    there = on_host(phone) / "deployments/new/model.pte"
    assert there.read_bytes() == new.file.path.read_bytes()


def _mixed_up(index: Path) -> None:
    """An index of the right sizes that gives every chunk the place of another."""
    head, _, text = index.read_text().rstrip().rpartition(" ")
    middle = len(text) // 2 // 16 * 16
    index.write_text(f"{head} {text[middle:].rstrip('=')}{text[:middle]}\n")


def test_pieces_that_arrived_before_an_interruption_are_not_sent_again(
    faulty: Callable[..., RunningPhone], tmp_path: Path
) -> None:
    (tmp_path / "files").mkdir()
    old = made(tmp_path / "files", "model.pte", os.urandom(SIZE_BYTES))
    new = _changed(old, lambda content: os.urandom(6_000_000) + content)
    phone = faulty(f"drop-after={SIZE_BYTES + 5_000_000}:once")

    with opened(phone) as connection:
        store(connection, root=ROOT, key="old", payload=[old])
        with pytest.raises(DeviceGoneError):
            store(connection, root=ROOT, key="new", payload=[new])
    with opened(phone) as connection:
        stored = store(connection, root=ROOT, key="new", payload=[new])

    assert stored.pushed_bytes < 3_500_000
    there = on_host(phone) / "deployments/new/model.pte"
    assert there.read_bytes() == new.file.path.read_bytes()


def test_a_removed_deployment_still_lends_its_parts(
    connection: Connection, old: PayloadFile
) -> None:
    new = _changed(old, _front)
    remove_deployment(connection, ROOT, "old")

    stored = store(connection, root=ROOT, key="new", payload=[new])

    assert stored.pushed_bytes < CHANGED_BYTES + SLACK_BYTES


def test_this_machine_makes_files_of_parts_too(tmp_path: Path) -> None:
    (tmp_path / "files").mkdir()
    old = made(tmp_path / "files", "model.pte", os.urandom(SIZE_BYTES))
    new = _changed(old, _middle)
    root = str(tmp_path / "here")
    with closing(transports.get("local").connect("local")) as connection:
        store(connection, root=root, key="old", payload=[old])

        stored = store(connection, root=root, key="new", payload=[new])

    assert stored.pushed_bytes < CHANGED_BYTES + SLACK_BYTES
    assert (Path(stored.directory) / "model.pte").read_bytes() == new.file.path.read_bytes()
