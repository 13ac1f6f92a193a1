"""Artifacts to generate code for: an ordinary one, one of dynamic shape, and an awkward one."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from sideload.values import Artifact, Dimension, FileRef, Metric, Parity, Signature, TensorSpec

SHA256: Final = "0123456789abcdef" * 4
SUFFIXES: Final = {"executorch": ".pte", "onnxruntime": ".onnx"}
VERSIONS: Final = {"executorch": "1.5.1", "onnxruntime": "1.31.1"}
BATCH: Final = Dimension(name="batch", min=1, max=8)
DIGITS: Final = Signature(
    inputs=(TensorSpec(name="image", dtype="float32", shape=(BATCH, 1, 8, 8)),),
    outputs=(TensorSpec(name="logits", dtype="float32", shape=(BATCH, 10)),),
    labels=("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
)
LENGTH: Final = Dimension(name="sequence", min=1, max=256)
ANY_BATCH: Final = Dimension(name="batch", min=1, max=None)
MINILM: Final = Signature(
    inputs=(
        TensorSpec(name="input_ids", dtype="int64", shape=(ANY_BATCH, LENGTH)),
        TensorSpec(name="attention_mask", dtype="int64", shape=(ANY_BATCH, LENGTH)),
    ),
    outputs=(TensorSpec(name="sentence_embedding", dtype="float32", shape=(ANY_BATCH, 384)),),
)
DTYPES: Final = (
    "bool",
    "float16",
    "float32",
    "float64",
    "int8",
    "int16",
    "int32",
    "int64",
    "uint8",
)
AWKWARD: Final = Signature(
    inputs=(
        *(TensorSpec(name=dtype, dtype=dtype, shape=(2,)) for dtype in DTYPES),
        TensorSpec(name="class", dtype="float32", shape=()),
        TensorSpec(name="input", dtype="float32", shape=(LENGTH,)),
        TensorSpec(name="input_", dtype="float32", shape=(LENGTH, LENGTH)),
        TensorSpec(name='1/"$(x)"\\', dtype="float32", shape=(1,)),
    ),
    outputs=(
        TensorSpec(name="self", dtype="int64", shape=()),
        TensorSpec(name="top", dtype="bool", shape=(LENGTH, 3)),
    ),
)


def artifact(
    signature: Signature, runtime: str, *, model: str, scheme: str = "float32"
) -> Artifact:
    """An artifact of that signature as the stage `export` would describe it; no file is made."""
    return Artifact(
        model=model,
        runtime=runtime,
        precision="float32" if scheme == "float32" else "int8",
        scheme=scheme,
        file=FileRef(
            path=Path(f"{model}{SUFFIXES[runtime]}"),
            sha256=SHA256,
            size_bytes=54321,
        ),
        signature=signature,
        parity=Parity(
            cosine=0.99987, max_abs_error=0.0123, sqnr_db=36.5, samples=64, data="held-out images"
        ),
        delegation=None,
        seconds=1.5,
        key="k",
        versions={runtime: VERSIONS[runtime]},
    )


def ordinary(runtime: str) -> Mapping[str, Artifact]:
    """The artifacts of the golden files, by name."""
    digits = artifact(DIGITS, runtime, model="digits", scheme="pt2e_static")
    metric = Metric(name="accuracy", reference=0.975, value=0.972, count=360)
    parity = None if digits.parity is None else replace(digits.parity, metric=metric)
    awkward = artifact(AWKWARD, runtime, model='0 awkward "model" 🐈')
    return {
        "digits": replace(digits, parity=parity),
        "minilm": artifact(MINILM, runtime, model="minilm"),
        "awkward": replace(awkward, parity=None, notes=("bool inputs are cast inside",)),
    }
