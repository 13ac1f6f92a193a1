import re
from pathlib import Path

import pytest

from sideload.host import identity
from sideload.host.places import CACHE_VARIABLE


def test_a_machine_keeps_its_name_and_it_is_safe_in_a_path() -> None:
    name = identity.host_id()

    assert name == identity.host_id()
    assert re.fullmatch(r"[A-Za-z0-9-]{1,30}-[0-9a-f]{12}", name)


def test_a_machine_without_an_id_makes_one_up_and_keeps_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(identity, "MACHINE_IDS", (tmp_path / "missing",))
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "cache"))
    first = identity.host_id()
    again = identity.host_id()
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "another"))
    other = identity.host_id()

    assert first == again != other


def test_two_machines_of_one_name_differ(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = []
    for number in "12":
        (tmp_path / number).write_text(number * 32 + "\n")
        monkeypatch.setattr(identity, "MACHINE_IDS", (tmp_path / number,))
        names.append(identity.host_id())

    assert names[0] != names[1]
    assert names[0].rpartition("-")[0] == names[1].rpartition("-")[0]
