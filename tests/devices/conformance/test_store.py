"""A whole deployment, kept in the store of objects on the phone."""

import os
from pathlib import Path

import pytest

from sideload.host import files
from sideload.stages import _objects as objects
from sideload.transports._adb.connection import AdbConnection
from sideload.values import PayloadFile
from tests.devices.conformance.subjects import Subject

SIZES = {"small": 9, "wéird 'name' $(x)": 100_000, "large.bin": 20_000_000, "empty": 0}


@pytest.fixture
def payload(here: Path) -> list[PayloadFile]:
    """A program, and files of several sizes, two of them with the same content."""
    (here / "runner").write_bytes(b"#!/bin/sh\necho ran; cat small | wc -c\n")
    for number, size_bytes in enumerate(SIZES.values()):
        (here / str(number)).write_bytes(os.urandom(size_bytes))
    names = {"runner": "runner", **{name: str(place) for place, name in enumerate(SIZES)}}
    names["twin"] = names["large.bin"]
    return [
        PayloadFile(name=name, file=files.ref(here / place), executable=name == "runner")
        for name, place in names.items()
    ]


def test_a_deployment_arrives_whole_and_runs(
    connection: AdbConnection, folder: str, here: Path, payload: list[PayloadFile]
) -> None:
    stored = objects.store(connection, root=f"{folder}/store", key="mine", payload=payload)

    for each in payload:
        connection.pull(f"{stored.directory}/{each.name}", here / "back")
        assert (here / "back").read_bytes() == each.file.path.read_bytes()
    assert connection.run(f"cd {stored.directory} && ./runner").stdout.split() == [b"ran", b"9"]


def test_what_is_there_already_is_not_sent_again(
    connection: AdbConnection, folder: str, payload: list[PayloadFile]
) -> None:
    root = f"{folder}/it's a store"
    first = objects.store(connection, root=root, key="mine", payload=payload)

    again = objects.store(connection, root=root, key="mine", payload=payload)
    other = objects.store(connection, root=root, key="other", payload=payload[1:])

    assert first.pushed_bytes > 20_000_000
    assert (again.pushed_bytes, other.pushed_bytes) == (0, 0)


def test_an_object_that_was_damaged_is_sent_again(
    subject: Subject, connection: AdbConnection, folder: str, payload: list[PayloadFile]
) -> None:
    root = f"{folder}/store"
    stored = objects.store(connection, root=root, key="mine", payload=payload)
    (large,) = (each for each in payload if each.name == "large.bin")
    damaged = subject.on_host(f"{root}/objects/{large.file.sha256}")
    damaged.chmod(0o600)
    with damaged.open("r+b") as opened:
        opened.write(b"damage")
    os.utime(damaged, (0, 0))

    again = objects.store(connection, root=root, key="mine", payload=payload)

    assert again.pushed_bytes > 0
    assert files.sha256(damaged) == large.file.sha256
    assert stored.directory == again.directory
