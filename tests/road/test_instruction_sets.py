"""Which instruction set a phone's bundle is made for, and what a phone of 32 bits is told."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from sideload import simulated
from tests.road.project import Project

MODEL = ("--target", "android", "--model", "own.py:blend", "--runtime", "onnxruntime", "--json")
PRECISION = ("--precision", "float32")
OLD = {"ro.product.cpu.abi": "armeabi-v7a", "ro.product.cpu.abilist": "armeabi-v7a,armeabi"}
# Apps of 32 bits on a processor of 64, as on some television sets and cheap phones.
MIXED = {"ro.product.cpu.abi": "armeabi-v7a", "ro.product.cpu.abilist": "armeabi-v7a,x86_64"}


@pytest.mark.parametrize(
    ("properties", "abi"), [(OLD, ""), (MIXED, "x86_64")], ids=["of 32 bits", "of both"]
)
def test_a_bundle_is_for_64_bits_or_refused_by_name(
    lowered: Project, tmp_path: Path, properties: Mapping[str, str], abi: str
) -> None:
    with simulated.get("android").start(tmp_path / "phone", properties=properties) as phone:
        ended = lowered.sideload("bundle", *MODEL, *PRECISION, "--device", phone.address)

    if abi:
        assert ended.exit_code == 0, ended.stderr
        assert [made["abi"] for made in ended.document["bundles"]] == [abi]
    else:
        assert ended.exit_code == 3
        assert "instruction set, armeabi-v7a; for " in ended.error["message"]
        assert "use a device of" in ended.error["remedy"]
