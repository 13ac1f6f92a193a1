import os
import random
import shutil
import time
from pathlib import Path

import pytest

from sideload.simulated import RunningPhone
from sideload.stages._objects import present, store
from sideload.transports import Connection
from sideload.values import PayloadFile
from tests.stages.objects.conftest import made, opened, total
from tests.stages.objects.killing import (
    KEY,
    ROOT,
    killed,
    killed_and_resumed,
    pushed,
    wrong_names,
)

SIZES = [20_000_000, 9_000_000, 1_500_000, *[20_000] * 20]
KILLS = 5
MOST_TWICE = 0.05


@pytest.fixture(scope="module")
def files_(tmp_path_factory: pytest.TempPathFactory) -> list[PayloadFile]:
    folder = tmp_path_factory.mktemp("files")
    return [made(folder, f"file {n}", os.urandom(size)) for n, size in enumerate(SIZES)]


def test_a_push_that_is_killed_at_any_moment_is_completed_by_the_next_one(
    phone: RunningPhone, files_: list[PayloadFile]
) -> None:
    root = phone.root / ROOT.lstrip("/")
    started_s = time.perf_counter()
    pushed(phone.address, files_)
    whole_s = time.perf_counter() - started_s
    moments = random.Random(5)  # noqa: S311 - any moments will do
    outcomes = []
    for _ in range(KILLS):
        shutil.rmtree(root)
        after_s = moments.random() * whole_s
        outcomes.append(killed_and_resumed(phone.address, root, files_, after_s))

    assert all(outcome.complete for outcome in outcomes)
    assert [outcome.wrong for outcome in outcomes] == [()] * KILLS
    sent = sum(outcome.sent_bytes for outcome in outcomes)
    assert 0 < sent / (KILLS * total(files_)) < 1 + MOST_TWICE


def test_a_push_that_is_killed_at_once_leaves_no_deployment(
    phone: RunningPhone, files_: list[PayloadFile]
) -> None:
    shutil.rmtree(phone.root / ROOT.lstrip("/"), ignore_errors=True)

    was_running = killed(phone.address, files_, 0.05)

    assert was_running
    with opened(phone) as connection:
        assert present(connection, ROOT, [KEY]) == frozenset()


def test_what_is_wrong_under_a_final_name_would_be_seen(
    phone: RunningPhone, connection: Connection, files_: list[PayloadFile]
) -> None:
    root = phone.root / ROOT.lstrip("/")
    store(connection, root=ROOT, key=KEY, payload=files_[2:3])
    before = list(wrong_names(root))
    sha256 = files_[2].file.sha256
    with Path(root / "objects" / sha256).open("ab") as file:
        file.write(b"more")

    assert before == []
    assert list(wrong_names(root)) == [sha256]
