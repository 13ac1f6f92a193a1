"""The store on a phone whose adbd is a real one."""

import os
import random
import shutil
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

import pytest

from sideload import transports
from sideload.stages._objects import store
from sideload.values import PayloadFile
from tests.devices.real_adbd import RealPhone, real_adbd, required
from tests.stages.objects.conftest import made, total
from tests.stages.objects.killing import killed_and_resumed, pushed

SIZES: Final = (12_000_000, 1_500_000, *[20_000] * 20)
KILLS: Final = 4
MOST_TWICE: Final = 0.05
INSERTED_BYTES: Final = 50_000
# Chunks at the borders of a change, and blocks at the borders of a range.
SLACK_BYTES: Final = 200_000


@pytest.fixture
def phone(tmp_path: Path) -> Iterator[RealPhone]:
    required()
    with real_adbd(tmp_path / "phone", in_sandbox=False) as running:
        yield running


@pytest.fixture
def payload(tmp_path: Path) -> list[PayloadFile]:
    (tmp_path / "files").mkdir()
    files = [os.urandom(size) for size in SIZES]
    return [made(tmp_path / "files", f"file {n}", content) for n, content in enumerate(files)]


def test_a_changed_model_is_made_of_parts(
    phone: RealPhone, payload: list[PayloadFile], tmp_path: Path
) -> None:
    changed = os.urandom(INSERTED_BYTES) + payload[0].file.path.read_bytes()
    new = made(tmp_path / "files", "model", changed)
    root = str(tmp_path / "data/store")
    with closing(transports.get("adb").connect(phone.address)) as connection:
        store(connection, root=root, key="old", payload=payload)

        stored = store(connection, root=root, key="new", payload=[new])

    assert stored.pushed_bytes < INSERTED_BYTES + SLACK_BYTES
    assert (tmp_path / "data/store/deployments/new/model").read_bytes() == changed


def test_a_push_that_is_killed_is_completed_by_the_next_one(
    phone: RealPhone, payload: list[PayloadFile], tmp_path: Path
) -> None:
    root = tmp_path / "data/store"
    started_s = time.perf_counter()
    pushed(phone.address, payload, str(root))
    whole_s = time.perf_counter() - started_s
    moments = random.Random(5)  # noqa: S311 - any moments will do
    outcomes = []
    for _ in range(KILLS):
        shutil.rmtree(root)
        after_s = moments.random() * whole_s
        outcomes.append(killed_and_resumed(phone.address, root, payload, after_s, remote=str(root)))

    assert all(outcome.complete for outcome in outcomes)
    assert [outcome.wrong for outcome in outcomes] == [()] * KILLS
    sent = sum(outcome.sent_bytes for outcome in outcomes)
    assert sent / (KILLS * total(payload)) < 1 + MOST_TWICE
