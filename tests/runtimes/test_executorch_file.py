import struct
from pathlib import Path

import pytest

from sideload import runtimes
from sideload.errors import ArtifactCheckError, BadModelFileError
from sideload.runtimes import _executorch_file as pte
from sideload.values import Signature, TensorSpec
from tests.runtimes.lowering import Workshop

EXECUTORCH = runtimes.get("executorch")
NOTHING = Signature(inputs=(), outputs=())


@pytest.fixture(scope="module")
def good(workshop: Workshop) -> bytes:
    return workshop.make("executorch", "picture", "float32").lowered.path.read_bytes()


def refusal(path: Path, content: bytes) -> str:
    path.write_bytes(content)
    with pytest.raises(BadModelFileError) as caught:
        EXECUTORCH.load(path, NOTHING)
    return str(caught.value)


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    assert "a.pte is empty" in refusal(tmp_path / "a.pte", b"")


@pytest.mark.parametrize("content", [b"garbage" * 99, b"PK\x03\x04" + bytes(500), bytes(4096)])
def test_another_kind_of_file_is_refused(content: bytes, tmp_path: Path) -> None:
    assert "is not an ExecuTorch program" in refusal(tmp_path / "a.pte", content)


def test_a_truncated_file_is_refused_with_its_sizes(good: bytes, tmp_path: Path) -> None:
    half = len(good) // 2
    message = refusal(tmp_path / "a.pte", good[:half])

    assert f"it says {len(good)} bytes and holds {half}" in message


def test_a_file_that_claims_to_be_huge_is_refused_unread(good: bytes, tmp_path: Path) -> None:
    claimed = good[:16] + struct.pack("<Q", 2**62) + good[24:]

    assert f"it says {2**62} bytes" in refusal(tmp_path / "a.pte", claimed)


@pytest.mark.parametrize("offset", [32, 64, 200, 400])
def test_a_corrupt_program_is_refused(good: bytes, offset: int, tmp_path: Path) -> None:
    corrupt = good[:offset] + b"\xff" * 64 + good[offset + 64 :]
    path = tmp_path / "a.pte"
    path.write_bytes(corrupt)

    with pytest.raises(BadModelFileError):
        EXECUTORCH.load(path, NOTHING)


def test_a_file_that_is_not_what_was_meant_fails_its_check(good: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.pte"
    path.write_bytes(good)
    other = Signature(
        inputs=(TensorSpec(name="image", dtype="uint8", shape=(1, 1, 8, 8)),), outputs=()
    )

    with pytest.raises(ArtifactCheckError) as caught:
        pte.check(path, other, "VulkanBackend")

    assert "calls XnnpackBackend, not VulkanBackend" in caught.value.problem
    assert "input 'image' is float32[8, 1, 8, 8]" in caught.value.problem
    assert "it has 1 outputs, not 0" in caught.value.problem
