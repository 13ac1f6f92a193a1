from dataclasses import replace
from pathlib import Path

import pytest

from sideload.values import (
    Artifact,
    Delegation,
    Deployment,
    Device,
    Dimension,
    FileRef,
    Latency,
    Metric,
    Parity,
    Result,
    Signature,
    TensorSpec,
    TimingLog,
)

PHONE = Device(
    serial="127.0.0.1:37123",
    transport="adb",
    simulated=True,
    model="Simulated Phone",
    system="Android 15",
    abi="x86_64",
)
PLUGGED_IN = Device(
    serial="39111FDJH00ABC",
    transport="adb",
    simulated=False,
    model="Pixel 8",
    system="Android 16",
    abi="arm64-v8a",
)


def result(
    model: str = "digits",
    runtime: str = "executorch",
    precision: str = "int8",
    scheme: str = "pt2e_static",
    *,
    device: Device = PHONE,
    scale: float = 1.0,
    measured_at: str = "2031-05-04T03:02:01Z",
) -> Result:
    parity = Parity(
        cosine=0.99991234, max_abs_error=0.01234, sqnr_db=38.1, samples=64, data="real digits"
    )
    metric = Metric(name="accuracy", reference=0.981, value=0.978, count=360)
    artifact = Artifact(
        model=model,
        runtime=runtime,
        precision=precision,
        scheme=scheme,
        file=FileRef(path=Path(f"artifacts/{model}.pte"), sha256="ab" * 32, size_bytes=38_230),
        signature=Signature(
            inputs=(
                TensorSpec(
                    name="image",
                    dtype="float32",
                    shape=(Dimension(name="batch", min=1, max=None), 1, 8, 8),
                ),
            ),
            outputs=(TensorSpec(name="logits", dtype="float32", shape=(1, 10)),),
        ),
        parity=replace(parity, metric=metric if model == "digits" else None),
        delegation=Delegation(backends=("XnnpackBackend",), delegated=9, portable=0),
        seconds=4.2,
        key="k",
        notes=("static quantisation, because it has convolutions",),
    )
    deployment = Deployment(
        bundle_key="b",
        model=model,
        runtime=runtime,
        precision=precision,
        scheme=scheme,
        device=device,
        directory="/data/local/tmp/sideload/x",
        pushed_bytes=12_000_000,
        reused_bytes=3_000_000,
        parity=parity,
        key="d",
        outputs=Path("artifacts/outputs.npz"),
    )
    timing = TimingLog(
        log=Path("artifacts/timing.log"),
        load_ns=int(12_345_678 * scale),
        first_ns=int(2_314_567 * scale),
        latency_ns=Latency(
            p50=int(127_456 * scale), p90=int(131_000 * scale), p99=int(190_123 * scale), count=50
        ),
        peak_bytes=38_200_000,
        output_sha256="cd" * 32,
        complete=True,
        measured_at=measured_at,
    )
    return Result(artifact=artifact, deployment=deployment, timing=timing)


@pytest.fixture
def results() -> list[Result]:
    return [
        result("digits", "executorch", "float32", "float32", scale=2),
        result("digits", "executorch", "int8", "pt2e_static"),
        result("digits", "onnxruntime", "int8", "qdq_static"),
        result("minilm", "executorch", "float32", "float32", scale=100),
        result("minilm", "onnxruntime", "int8", "matmul_nbits_8", scale=40),
        result("mobilenet_v2", "onnxruntime", "int8", "qdq_static", scale=70),
    ]
