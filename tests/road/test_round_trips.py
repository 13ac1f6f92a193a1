from pathlib import Path

from sideload import simulated
from tests.road.project import Project
from tests.stages.objects.between import sniffed

ASKED = ("deploy", "--json", "--target", "android", "--model", "own.py:blend")
# The model, its lock on the phone, and what the phone holds.
MOST_SERVICES = 3


def test_an_unchanged_deployment_asks_the_phone_three_things(
    project: Project, tmp_path: Path
) -> None:
    one = ("--runtime", "onnxruntime", "--precision", "float32")
    with (
        simulated.get("android").start(tmp_path / "phone") as phone,
        sniffed(phone.address) as (address, opened),
    ):
        first = project.sideload(*ASKED, *one, "--device", address)
        first_services = len(opened)
        opened.clear()
        again = project.sideload(*ASKED, *one, "--device", address)

    assert first.exit_code == again.exit_code == 0, first.stderr + again.stderr
    assert first_services > MOST_SERVICES
    assert len(opened) <= MOST_SERVICES, opened
    pushed = [one["pushed_bytes"] for one in again.document["deployments"]]
    assert pushed == [0]
