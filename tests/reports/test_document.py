import json
import math
from dataclasses import replace
from pathlib import Path

import pytest

from sideload.errors import BusyError, ParityError, SideloadError
from sideload.reports import document
from sideload.values import Bindings, Bundle, Check, FileRef, PayloadFile, Result
from tests.reports.conftest import PHONE, result

FILE = FileRef(path=Path("a/b.py"), sha256="ef" * 32, size_bytes=7)


def as_read(written: document.Document) -> document.Document:
    """What a strict reader makes of it."""

    def refuse(constant: str) -> None:
        pytest.fail(f"{constant} is no JSON")

    text = json.dumps(written, allow_nan=False, ensure_ascii=False)
    text.encode("utf-8")
    read: document.Document = json.loads(text, parse_constant=refuse)
    return read


def test_an_artifact_has_every_key_of_the_contract() -> None:
    found = as_read(document.artifacts("export", [result().artifact]))

    (artifact,) = found.pop("artifacts")
    assert found == {"schema": "sideload/1", "command": "export"}
    assert artifact["model"] == "digits"
    assert artifact["runtime"] == "executorch"
    assert artifact["precision"] == "int8"
    assert artifact["scheme"] == "pt2e_static"
    assert artifact["path"] == "artifacts/digits.pte"
    assert artifact["sha256"] == "ab" * 32
    assert artifact["size_bytes"] == 38_230
    assert artifact["delegation"]["delegated"] == 9
    assert artifact["seconds"] == 4.2


def test_a_dynamic_dimension_has_a_name_and_bounds() -> None:
    found = as_read(document.artifacts("export", [result().artifact]))

    assert found["artifacts"][0]["signature"] == {
        "inputs": [
            {
                "name": "image",
                "dtype": "float32",
                "shape": [{"name": "batch", "min": 1, "max": None}, 1, 8, 8],
                "inside": "",
            }
        ],
        "outputs": [{"name": "logits", "dtype": "float32", "shape": [1, 10], "inside": ""}],
        "labels": [],
        "methods": [],
    }


def test_parity_has_every_key_and_the_metric_of_both() -> None:
    (artifact,) = as_read(document.artifacts("export", [result().artifact]))["artifacts"]

    assert artifact["parity"] == {
        "cosine": 0.99991234,
        "max_abs_error": 0.01234,
        "sqnr_db": 38.1,
        "samples": 64,
        "data": "real digits",
        "metric": {"name": "accuracy", "reference": 0.981, "value": 0.978, "count": 360},
        "exact": False,
    }


def test_an_infinite_ratio_is_null_and_the_answers_are_called_exact() -> None:
    made = result().artifact
    assert made.parity is not None
    same = replace(made.parity, cosine=1.0, max_abs_error=0.0, sqnr_db=math.inf)

    (found,) = as_read(document.artifacts("export", [replace(made, parity=same)]))["artifacts"]

    assert found["parity"]["sqnr_db"] is None
    assert found["parity"]["exact"] is True


def test_what_was_not_compared_is_null() -> None:
    made = replace(result().artifact, parity=None, delegation=None)

    (found,) = as_read(document.artifacts("export", [made]))["artifacts"]

    assert found["parity"] is None
    assert found["delegation"] is None


def test_a_deployment_has_every_key_of_the_contract() -> None:
    found = as_read(document.deployments("deploy", [result()]))

    (deployment,) = found["deployments"]
    assert deployment["device"]["serial"] == "127.0.0.1:37123"
    assert deployment["device"]["simulated"] is True
    assert deployment["pushed_bytes"] == 12_000_000
    assert deployment["reused_bytes"] == 3_000_000
    assert deployment["log"] == "artifacts/timing.log"
    assert deployment["outputs"] == "artifacts/outputs.npz"
    assert deployment["parity"]["cosine"] == 0.99991234
    assert deployment["load_ns"] == 12_345_678
    assert deployment["first_ns"] == 2_314_567
    assert deployment["latency_ns"] == {"p50": 127456, "p90": 131000, "p99": 190123, "count": 50}
    assert deployment["peak_bytes"] == 38_200_000
    assert deployment["times_from"] == "this host's runtime, not a phone's"
    assert deployment["artifact"]["path"] == "artifacts/digits.pte"


def test_a_deployment_that_was_not_measured_has_the_same_keys() -> None:
    measured = as_read(document.deployments("deploy", [result()]))["deployments"][0]
    bare = Result(artifact=result().artifact, deployment=result().deployment, timing=None)

    (found,) = as_read(document.deployments("deploy", [bare]))["deployments"]

    assert found.keys() == measured.keys()
    assert found["load_ns"] is None
    assert found["latency_ns"] is None


def test_whatever_a_device_said_of_itself_stays_valid_json() -> None:
    made = result()
    assert made.timing is not None
    hello = {
        "nan": math.nan,
        "deep": [{"inf": -math.inf}],
        "half": "\ud800",
        "\udcff": 1,
        "n": None,
    }
    timing = replace(made.timing, hello=hello, log=Path("log\udcff"))

    (found,) = as_read(document.deployments("deploy", [replace(made, timing=timing)]))[
        "deployments"
    ]

    assert found["hello"] == {
        "nan": None,
        "deep": [{"inf": None}],
        "half": "\\ud800",
        "\\udcff": 1,
        "n": None,
    }
    assert found["log"] == "log\\udcff"


@pytest.mark.parametrize(
    ("failure", "name", "exit_code"),
    [
        (ParityError("cosine 0.1\non logits", remedy="--precision float32"), "ParityError", 1),
        (BusyError("held", remedy="wait"), "BusyError", 2),
    ],
)
def test_a_failure_says_what_and_what_next(
    failure: SideloadError, name: str, exit_code: int
) -> None:
    assert as_read(document.error(failure)) == {
        "schema": "sideload/1",
        "error": {
            "type": name,
            "message": failure.problem,
            "remedy": failure.remedy,
            "exit_code": exit_code,
        },
    }


def test_devices_come_with_advice() -> None:
    found = as_read(document.devices([(PHONE, "--device x")]))

    assert found["command"] == "devices"
    assert found["devices"][0]["serial"] == "127.0.0.1:37123"
    assert found["devices"][0]["advice"] == "--device x"


def test_the_other_commands_have_their_own_lists() -> None:
    binding = Bindings(
        language="python", class_name="Digits", artifact_sha256="ab", files=(FILE,), key="k"
    )
    bundle = Bundle(
        artifact=result().artifact,
        abi="x86_64",
        command=("./runner",),
        environment={"A": "1"},
        payload=(PayloadFile(name="runner", file=FILE, executable=True),),
        key="k",
    )
    check = Check(name="adb", found="", ok=False, needed_for="phones", remedy="install it")

    bindings = as_read(document.bindings("bind", [binding]))["bindings"]
    bundles = as_read(document.bundles("bundle", [bundle]))["bundles"]
    checks = as_read(document.checks([check]))["checks"]

    assert bindings[0]["files"] == [{"path": "a/b.py", "sha256": "ef" * 32, "size_bytes": 7}]
    assert bundles[0]["command"] == ["./runner"]
    assert bundles[0]["files"][0]["name"] == "runner"
    assert checks[0] == {
        "name": "adb",
        "found": "",
        "ok": False,
        "needed_for": "phones",
        "remedy": "install it",
    }
    assert as_read(document.cleaned(7))["freed_bytes"] == 7
