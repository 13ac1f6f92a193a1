import json
from dataclasses import replace

from sideload.reports import document, markdown, terminal
from sideload.values import Device, Result
from tests.reports.conftest import PHONE, PLUGGED_IN, result


def in_app(scale: float = 1.5, device: Device = PHONE) -> Result:
    found = result(scale=scale, device=device)
    return replace(found, deployment=replace(found.deployment, run="app"))


def test_shell_and_app_of_one_model_stand_side_by_side() -> None:
    shown = terminal.results([result(), in_app()], width=200)
    row = next(line for line in shown.splitlines() if "1.50" in line)

    assert "p50 shell  p50 app  app / shell" in shown
    assert "127 µs     191 µs   1.50" in row
    assert "in an app the runtime is called from Kotlin" in shown


def test_what_an_earlier_run_measured_stands_beside_what_was_measured_now() -> None:
    alone = terminal.results([in_app()], width=200)
    beside = terminal.results([in_app()], [result(), result("minilm")], width=200)

    assert "p50 shell" not in alone
    assert beside.count("127 µs") == 1
    assert "minilm" not in beside


def test_another_device_precision_or_runtime_is_another_thing() -> None:
    others = [result(device=PLUGGED_IN), result(precision="float32"), result(runtime="onnxruntime")]

    assert "p50 shell" not in terminal.results([in_app()], others, width=200)


def test_a_phone_at_another_address_is_the_same_phone() -> None:
    first = replace(PHONE, facts={"serial": "SIM1"})
    second = replace(first, serial="127.0.0.1:40000")

    assert "p50 shell" in terminal.results([in_app(device=first)], [result(device=second)])


def test_what_was_not_measured_is_beside_nothing() -> None:
    unmeasured = replace(result(), timing=None)

    assert "p50 shell" not in terminal.results([in_app()], [unmeasured])


def test_programs_get_both_in_nanoseconds() -> None:
    told = json.loads(json.dumps(document.deployments("report", [result(), in_app()])))
    (pair,) = told["shell_and_app"]

    assert [row["run"] for row in told["deployments"]] == ["shell", "app"]
    assert pair["shell"]["latency_ns"]["p50"] == 127_456
    assert pair["app"]["latency_ns"]["p50"] == 191_184
    assert pair["app_to_shell_p50"] == 1.5
    assert (pair["model"], pair["runtime"], pair["precision"]) == ("digits", "executorch", "int8")


def test_markdown_has_them_too() -> None:
    shown = markdown.results([result(), in_app()])

    assert "**Shell and app**" in shown
    assert "| 127 µs | 191 µs | 1.50 |" in shown


def test_another_file_of_the_same_model_is_told_from_the_same_one() -> None:
    app = in_app()
    other = replace(app.artifact, file=replace(app.artifact.file, sha256="0" * 64))
    pairs = [result(), replace(app, artifact=other)]

    (pair,) = document.deployments("report", pairs)["shell_and_app"]
    assert not pair["same_file"]
    assert "Not the same file in both" in terminal.results(pairs, width=300)
    assert "Not the same file in both" in markdown.results(pairs)
    assert "Not the same file" not in terminal.results([result(), in_app()], width=300)
