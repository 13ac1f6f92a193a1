import json
import math
from pathlib import Path

import pytest

from sideload.errors import HostFileError
from sideload.host import jsonfile
from sideload.values import (
    Artifact,
    Bundle,
    Delegation,
    Deployment,
    Device,
    Dimension,
    FileRef,
    Latency,
    Metric,
    Parity,
    PayloadFile,
    Signature,
    Target,
    TensorSpec,
    TimingLog,
)

FILE = FileRef(path=Path("artifacts/a b/'x'.onnx"), sha256="ab" * 32, size_bytes=2**40)
ARTIFACT = Artifact(
    model="größe\n\x00",
    runtime="onnxruntime",
    precision="int8",
    scheme="dynamic",
    file=FILE,
    signature=Signature(
        inputs=(
            TensorSpec(
                name="ids",
                dtype="int64",
                shape=(1, Dimension(name="length", min=1, max=None)),
            ),
        ),
        outputs=(TensorSpec(name="logits", dtype="float32", shape=(1, 2)),),
        labels=("no", "yes"),
    ),
    parity=Parity(
        cosine=1.0,
        max_abs_error=0.0,
        sqnr_db=math.inf,
        samples=8,
        data="sentences",
        metric=Metric(name="accuracy", reference=0.99, value=0.98, count=100),
    ),
    delegation=Delegation(
        backends=("XnnpackBackend",), delegated=9, portable=1, portable_operators={"aten.x": 1}
    ),
    seconds=1.5,
    key="k",
    extra_files=(FILE,),
    versions={"torch": "2.13.0"},
)
BUNDLE = Bundle(
    artifact=ARTIFACT,
    abi="x86_64",
    command=("runner", "--model", "a"),
    environment={"ORT_DISABLE_TELEMETRY": "1"},
    payload=(PayloadFile(name="runner", file=FILE, executable=True),),
    key="b",
)
DEVICE = Device(
    serial="s", transport="adb", simulated=True, model="m", system="Android 15", abi="x86_64"
)
DEPLOYMENT = Deployment(
    bundle_key="b",
    model="m",
    runtime="r",
    precision="p",
    scheme="s",
    device=DEVICE,
    directory="/data/local/tmp",
    pushed_bytes=1,
    reused_bytes=0,
    parity=None,
    key="d",
    outputs=Path("o.npz"),
)
LOG = TimingLog(
    log=Path("log.txt"),
    load_ns=1,
    first_ns=2,
    latency_ns=Latency(p50=1, p90=2, p99=3, count=4),
    peak_bytes=5,
    output_sha256="ab",
    complete=True,
    hello={"cores": 2, "nested": {"a": [1, None]}},
    operators=({"name": "conv", "ns": 3},),
)
TARGET = Target(name="t", platform="android", runtimes=("executorch",), precisions=("int8",))


@pytest.mark.parametrize(
    "value",
    [FILE, ARTIFACT, BUNDLE, DEVICE, DEPLOYMENT, LOG, TARGET],
    ids=lambda value: type(value).__name__,
)
def test_what_was_written_is_what_is_read(value: object) -> None:
    assert jsonfile.load(type(value), jsonfile.dump(value)) == value


def test_the_text_says_which_version_and_type_it_holds() -> None:
    document = json.loads(jsonfile.dump(DEVICE))

    assert document["schema"] == "sideload/1"
    assert document["type"] == "Device"
    assert document["value"]["serial"] == "s"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"serial": "s"', '"serial": "s", "color": 1', "value.color"),
        ('"serial": "s"', '"serial": 7', "value.serial"),
        ('"simulated": true', '"simulated": "true"', "value.simulated"),
        ('    "serial": "s",\n', "", "value.serial"),
        ("sideload/1", "sideload/0", "schema"),
        ('"Device"', '"Target"', "type"),
        ("}", "", "JSON"),
        ('"s"', '"\\ud800"', "JSON"),
    ],
)
def test_a_file_that_is_not_exactly_right_is_refused(old: str, new: str, said: str) -> None:
    text = jsonfile.dump(DEVICE).replace(old, new)

    with pytest.raises(HostFileError, match=said) as caught:
        jsonfile.load(Device, text)

    assert "clean" in caught.value.remedy


@pytest.mark.parametrize("text", ["", "null", "[]", "\x00", b"\xff\xfe", "{}", "[" * 100_000])
def test_what_is_no_document_at_all_is_refused(text: str | bytes) -> None:
    with pytest.raises(HostFileError):
        jsonfile.load(Device, text)


def test_a_path_that_is_not_text_is_refused_with_the_cure() -> None:
    with pytest.raises(HostFileError, match="UTF-8"):
        jsonfile.dump(FileRef(path=Path("\udcff"), sha256="", size_bytes=0))
