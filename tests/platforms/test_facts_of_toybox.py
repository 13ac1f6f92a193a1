"""The command asks in words that a phone's own shell and programs understand: mksh and toybox."""

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeAlias

import pytest

from sideload import platforms
from sideload.facts import PhoneFacts
from sideload.stages import _probe
from tests import toybox

Shell: TypeAlias = Callable[[str], "subprocess.CompletedProcess[bytes]"]
COMMAND: Final = platforms.get("android").facts_command("/")
# What only Android has, and what a machine without a battery lacks.
OF_PHONES: Final = {
    *("properties", "battery", "thermal", "power", "display", "saver", "selinux"),
    *("supply", "zones", "frequencies"),
}


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """Runs a command in mksh with nothing but toybox."""
    folder = toybox.install(tmp_path_factory.mktemp("programs"))

    def run(command: str) -> "subprocess.CompletedProcess[bytes]":
        return subprocess.run(
            [folder / "mksh", "-c", command],
            env={"PATH": str(folder)},
            capture_output=True,
            timeout=60,
            check=False,
        )

    return run


def facts(printed: bytes) -> PhoneFacts:
    return platforms.get("android").facts(printed)


def test_toybox_answers_what_this_machines_own_programs_answer(shell: Shell) -> None:
    ours = subprocess.check_output(["/bin/sh", "-c", COMMAND], timeout=60)
    there, here = facts(shell(COMMAND).stdout), facts(ours)

    assert (there.kernel, there.cores, there.features) == (here.kernel, here.cores, here.features)
    assert (there.ram_bytes, there.page_bytes) == (here.ram_bytes, here.page_bytes)
    assert (there.clusters, there.soc, there.boot_id) == (here.clusters, here.soc, here.boot_id)
    assert there.load.busy is not None
    assert len(there.load.averages) == 3
    assert there.free_bytes
    assert there.clock_s
    assert set(there.unknown) <= OF_PHONES


def test_toybox_understands_every_option(shell: Shell) -> None:
    loud = COMMAND.replace("exec 2>/dev/null\n", "")
    said = shell(loud).stderr.decode()
    gone = ("No such", "not found", "Permission denied")

    assert loud != COMMAND
    assert [line for line in said.splitlines() if not any(word in line for word in gone)] == []


@pytest.mark.parametrize("root", ["/", "/a b", "/it's", '/"$(id)"', "/`id`;id", "-k", "/ä\n"])
def test_any_name_of_a_folder_leaves_the_command_whole(shell: Shell, root: str) -> None:
    printed = shell(platforms.get("android").facts_command(root)).stdout

    assert printed.endswith(b"\n--- sideload end\n")
    assert b"uid=" not in printed


def test_a_shell_of_phones_can_be_tried_out_without_a_trace(shell: Shell, tmp_path: Path) -> None:
    store = tmp_path / "it's a store"
    done = shell(_probe.command(str(store)))
    tried = _probe.parse(done.stdout, done.stderr)

    assert (tried.is_whole, tried.can_write, tried.can_run) == (True, True, True)
    assert list(store.iterdir()) == []
    # Debian's toybox is built without it; Android's is not.
    assert set(tried.lacks) <= {"dd"}
