import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from sideload.errors import DeviceError
from sideload.simulated import RunningPhone
from sideload.stages._objects import present, store
from sideload.values import PayloadFile
from tests.stages.objects.conftest import ROOT, made, on_host, opened
from tests.stages.objects.killing import wrong_names

OLD_BYTES = 4_000_000
NEW_BYTES = 3_000_000
MOST_TRIES = 6
BACK_WITHIN_S = 20.0


@pytest.fixture
def versions(tmp_path: Path) -> tuple[list[PayloadFile], list[PayloadFile]]:
    """A deployment, and the next one: a changed model, a new one, and small files."""
    folder = tmp_path / "files"
    folder.mkdir()
    old = os.urandom(OLD_BYTES)
    middle = len(old) // 2
    small = [made(folder, f"small {n}", os.urandom(20_000)) for n in range(10)]
    return [made(folder, "model", old)], [
        made(folder, "model", old[:middle] + os.urandom(NEW_BYTES) + old[middle:]),
        made(folder, "another", os.urandom(NEW_BYTES)),
        *small,
    ]


@pytest.mark.parametrize("fault", ["drop-after={}:once", "reboot-after={}"])
@pytest.mark.parametrize("at", [100_000, 3_000_000, 4_100_000, 6_150_000])
def test_wherever_a_connection_breaks_the_next_run_completes_it(
    faulty: Callable[..., RunningPhone],
    versions: tuple[list[PayloadFile], list[PayloadFile]],
    fault: str,
    at: int,
) -> None:
    phone = faulty(fault.format(at))
    tries = 0
    for key, payload in zip(("old", "new"), versions, strict=True):
        while key not in _present(phone, key):
            tries += 1
            assert tries < MOST_TRIES
            try:
                with opened(phone) as connection:
                    store(connection, root=ROOT, key=key, payload=payload)
            except DeviceError:
                assert list(wrong_names(on_host(phone))) == []

    folder = on_host(phone) / "deployments/new"
    assert tries > len(versions)
    assert all((folder / f.name).read_bytes() == f.file.path.read_bytes() for f in versions[1])


def _present(phone: RunningPhone, key: str) -> frozenset[str]:
    """What is there, when the phone is back."""
    deadline_s = time.monotonic() + BACK_WITHIN_S
    while True:
        try:
            with opened(phone) as connection:
                return present(connection, ROOT, [key])
        except DeviceError:
            assert time.monotonic() < deadline_s
            threading.Event().wait(0.1)
