"""Several phones at once: side by side, each with its own trouble, and what is said about all."""

import json
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from sideload import simulated
from sideload.simulated import RunningPhone
from tests.road.project import Ended, Project

MODEL = ("--model", "own.py:blend", "--runtime", "onnxruntime", "--precision", "float32")
OWNER = "data/local/tmp/sideload/lock.owner"
FEW_TRIES = "platform: android\nruntimes: [onnxruntime]\nprecisions: [float32]\nfleet: {}\n"


@contextmanager
def phones(folder: Path, *faults: str) -> Iterator[list[RunningPhone]]:
    """A phone for each fault, none where that is empty."""
    with ExitStack() as stack:
        start = simulated.get("android").start
        yield [
            stack.enter_context(start(folder / f"phone-{number}", faults=[each] if each else []))
            for number, each in enumerate(faults)
        ]


def comma(running: list[RunningPhone]) -> str:
    return ",".join(phone.address for phone in running)


def rows(ended: Ended) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = ended.document["phones"]
    return found


def target(project: Project, **fleet: object) -> str:
    """A target with keys of its own for fleets, without pauses.

    It is called as the shipped one, so that what was made for that is used.
    """
    keys = json.dumps({"backoff_s": 0.01, **fleet})
    name = f"{'-'.join(map(str, fleet.values())) or 'plain'}/android.yaml"
    project.file(name, FEW_TRIES.replace("{}", keys))
    return name


def test_several_phones_get_what_was_made_once(lowered: Project, tmp_path: Path) -> None:
    with phones(tmp_path, "", "", "") as running:
        ended = lowered.sideload("deploy", *MODEL, "--device", comma(running), "--json")

    assert ended.exit_code == 0, ended.stderr
    assert ended.document["outcome"] == "all"
    assert [row["name"] for row in rows(ended)] == [phone.address for phone in running]
    assert {row["outcome"] for row in rows(ended)} == {"done"}
    assert {row["attempts"] for row in rows(ended)} == {1}
    assert all(row["seconds"] > 0 and row["device"]["simulated"] for row in rows(ended))
    directories = [each["directory"] for row in rows(ended) for each in row["deployments"]]
    assert len(directories) == len(running)
    assert len(set(directories)) == 1
    assert ended.stderr.count("✓ bundle") <= 1
    assert all(f"{phone.address}: ✓ push" in ended.stderr for phone in running)


def test_the_trouble_of_one_phone_is_its_own(lowered: Project, tmp_path: Path) -> None:
    name = target(lowered, retries=1)
    with phones(tmp_path, "", "drop-after=3000000", "kill-runner=4") as running:
        ended = lowered.sideload(
            "deploy", *MODEL, "--target", name, "--device", comma(running), "--json"
        )

    well, dropped, killed = rows(ended)
    assert ended.exit_code == 5
    assert ended.error["type"] == "SomeFailedError"
    assert "2 of 3 phones" in ended.error["message"]
    assert ended.document["outcome"] == "some"
    assert (well["outcome"], len(well["deployments"]), well["reason"]) == ("done", 1, "")
    assert (dropped["outcome"], dropped["attempts"]) == ("failed", 2)
    assert dropped["errors"][0]["type"] == "DeviceGoneError"
    # What the runner does there is no trouble of the connection, so it is not tried again.
    assert (killed["outcome"], killed["attempts"]) == ("failed", 1)
    assert killed["errors"][0]["type"] == "RunnerError"


def test_where_no_phone_succeeds_the_first_failure_decides(
    lowered: Project, tmp_path: Path
) -> None:
    name = target(lowered, retries=1)
    with phones(tmp_path, "refuse", "refuse") as running:
        ended = lowered.sideload(
            "deploy", *MODEL, "--target", name, "--device", comma(running), "--json"
        )

    assert (ended.exit_code, ended.error["type"]) == (3, "RefusedError")
    assert ended.document["outcome"] == "none"
    assert [row["attempts"] for row in rows(ended)] == [2, 2]


def test_a_connection_that_broke_once_is_tried_again(lowered: Project, tmp_path: Path) -> None:
    name = target(lowered)
    with phones(tmp_path, "drop-after=9000000:once") as running:
        ended = lowered.sideload(
            "deploy", *MODEL, "--target", name, "--device", f"{comma(running)},{comma(running)}",
            "--json",
        )  # fmt: skip

    (row,) = rows(ended)
    assert ended.exit_code == 0, ended.stderr
    assert (row["outcome"], row["attempts"]) == ("done", 2)
    assert "trying again in" in ended.stderr
    assert row["deployments"][0]["reused_bytes"] > 0


def test_conditions_and_all_choose_among_the_phones_that_are_there(
    lowered: Project, tmp_path: Path
) -> None:
    with ExitStack() as stack:
        start = simulated.get("android").start
        running = [
            stack.enter_context(start(tmp_path / model, properties=_properties(model, sdk)))
            for model, sdk in (("Pixel 9", "35"), ("Pixel 4", "31"), ("Galaxy S9", "29"))
        ]
        env = {"SIDELOAD_DEVICES": comma(running)}
        clean = [
            lowered.sideload("clean", "--device", word, "--json", env=env)
            for word in ("model=Pixel*,sdk>=33", "model=pixel*", "all", "model=Nexus*")
        ]

    assert [len(ended.document.get("phones", [])) for ended in clean] == [1, 2, 3, 0]
    assert [ended.exit_code for ended in clean] == [0, 0, 0, 3]
    assert clean[-1].error["type"] == "NoDeviceError"
    assert "has model 'Galaxy S9'" in clean[-1].error["message"]


@pytest.mark.parametrize(
    "words",
    [
        ("--device", "mdl=Pixel*"),
        ("--device", "sdk>=new"),
        ("--device", "A,,B"),
        ("--device", "A,B", "--jobs", "-1"),
        ("--device", "model=Pixel*,A"),
    ],
)
def test_what_names_no_phones_is_a_wrong_use(project: Project, words: tuple[str, ...]) -> None:
    ended = project.sideload("deploy", *MODEL, *words, "--json")

    assert (ended.exit_code, ended.error["type"]) == (2, "UsageError")


def test_a_phone_that_fails_again_and_again_is_left_alone_until_it_is_named(
    lowered: Project, tmp_path: Path
) -> None:
    words = ("clean", "--target", target(lowered, quarantine_after=2), "--json", "--device")
    with phones(tmp_path, "read-only", "") as running:
        env = {"SIDELOAD_DEVICES": comma(running), "SIDELOAD_CACHE": str(tmp_path / "cache")}
        said = [
            lowered.sideload(*words, devices, env=env)
            for devices in ("all", "all", "all", comma(running), "all")
        ]

    assert [rows(ended)[0]["outcome"] for ended in said] == [
        "failed",
        "failed",
        "quarantined",
        "failed",
        "failed",
    ]
    assert {rows(ended)[1]["outcome"] for ended in said} == {"done"}
    assert {ended.exit_code for ended in said} == {5}
    assert rows(said[2])[0]["attempts"] == 0
    assert "it failed 2 times in a row" in rows(said[2])[0]["reason"]
    assert "Read-only file system" in rows(said[2])[0]["reason"]


def test_the_list_of_devices_says_which_are_left_alone(lowered: Project, tmp_path: Path) -> None:
    name = target(lowered, quarantine_after=1)
    with phones(tmp_path, "read-only", "") as running:
        env = {"SIDELOAD_DEVICES": comma(running), "SIDELOAD_CACHE": str(tmp_path / "cache")}
        lowered.sideload("clean", "--target", name, "--device", "all", env=env)
        listed = lowered.sideload("devices", "--json", env=env)

    advice = {each["serial"]: each["advice"] for each in listed.document["devices"]}
    assert "in quarantine until 2" in advice[running[0].address]
    assert f"--device {running[0].address}" in advice[running[0].address]
    assert "quarantine" not in advice[running[1].address]


def test_an_interrupted_fleet_goes_on_and_measures_only_what_is_missing(
    lowered: Project, tmp_path: Path
) -> None:
    start = simulated.get("android").start
    with start(tmp_path / "well") as well:
        with start(tmp_path / "stuck", faults=["stall-after=2000000"]) as stuck:
            addresses = f"{well.address},{stuck.address}"
            words = ("profile", *MODEL, "--device", addresses)
            stopped = lowered.interrupted(*words, at=f"{well.address}: done")
        with start(tmp_path / "stuck", port=int(stuck.address.rpartition(":")[2])):
            before = _measured_at(lowered, well)
            ended = lowered.sideload(*words, "--json")
            again = lowered.sideload(*words, "--json")

    assert stopped.exit_code == 130
    assert "goes on from here" in stopped.stderr
    assert ended.document["outcome"] == "all"
    assert _times(ended)[0] == before
    # What is complete is not resumed: the same command measures every phone anew.
    assert all(new > old for new, old in zip(_times(again), _times(ended), strict=True))


def test_a_fleet_that_is_killed_leaves_phones_that_the_next_run_can_use(
    lowered: Project, tmp_path: Path
) -> None:
    with phones(tmp_path, "slow=20000000", "slow=20000000") as running:
        process = lowered.start("deploy", *MODEL, "--device", comma(running))
        _until(lambda: all((phone.root / OWNER).exists() for phone in running))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        ended = lowered.sideload("deploy", *MODEL, "--device", comma(running), "--json")

    assert ended.document["outcome"] == "all"


def test_bundles_for_a_fleet_are_made_once_for_each_instruction_set(
    lowered: Project, tmp_path: Path
) -> None:
    with phones(tmp_path, "", "", "refuse") as running:
        name = target(lowered, retries=0)
        ended = lowered.sideload(
            "bundle", *MODEL, "--target", name, "--device", comma(running), "--json"
        )

    assert ended.exit_code == 5
    assert [each["abi"] for each in ended.document["bundles"]] == ["x86_64"]


def test_a_phone_that_takes_all_the_time_there_is_is_let_go(
    lowered: Project, tmp_path: Path
) -> None:
    name = target(lowered, timeout_s=8.0)
    with phones(tmp_path, "stall-after=2000000", "") as running:
        ended = lowered.sideload(
            "deploy", *MODEL, "--target", name, "--device", comma(running), "--json"
        )

    slow, well = rows(ended)
    assert (slow["errors"][0]["type"], slow["attempts"]) == ("TooLongError", 1)
    assert well["outcome"] == "done"


def _measured_at(project: Project, phone: RunningPhone) -> str:
    ended = project.sideload("deploy", *MODEL, "--device", phone.address, "--json")
    (deployment,) = ended.document["deployments"]
    at: str = deployment["measured_at"]
    return at


def _times(ended: Ended) -> list[str]:
    return [row["deployments"][0]["measured_at"] for row in rows(ended)]


def _properties(model: str, sdk: str) -> dict[str, str]:
    return {"ro.product.model": model, "ro.build.version.sdk": sdk}


def _until(is_so: Callable[[], bool]) -> None:
    deadline_s = time.monotonic() + 60
    while not is_so() and time.monotonic() < deadline_s:
        time.sleep(0.05)
    assert is_so()
