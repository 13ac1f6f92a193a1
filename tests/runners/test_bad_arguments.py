import os
from collections.abc import Callable
from pathlib import Path

import pytest

from sideload.runners import InputFile
from tests.runners import refusal
from tests.runners.program import Program, request


def without(option: str) -> Callable[[list[str]], list[str]]:
    def change(words: list[str]) -> list[str]:
        at = words.index(option)
        return words[:at] + words[at + 2 :]

    return change


def instead(option: str, value: str) -> Callable[[list[str]], list[str]]:
    def change(words: list[str]) -> list[str]:
        at = words.index(option)
        return [*words[: at + 1], value, *words[at + 2 :]]

    return change


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (without("--model"), "--model is missing"),
        (without("--outputs"), "--outputs is missing"),
        (without("--threads"), "--threads is missing"),
        (without("--warmup"), "--warmup is missing"),
        (without("--iterations"), "--iterations is missing"),
        (lambda words: words[: words.index("--sample")], "--sample is missing"),
        (lambda words: [*words, "--unheard"], "--unheard needs a value"),
        (lambda words: [*words, "--unheard", "1"], "unknown option --unheard"),
        (lambda words: [*words, "stray"], "stray needs a value"),
        (instead("--iterations", "0"), "from 1 to 1000000, not 0"),
        (instead("--iterations", "ten"), "not ten"),
        (instead("--iterations", "-1"), "not -1"),
        (instead("--iterations", "1e3"), "not 1e3"),
        (instead("--iterations", ""), "--iterations takes a whole number"),
        (instead("--warmup-ms", "99999999999999999999"), "--warmup-ms takes a whole number"),
        (instead("--threads", "0"), "--threads takes a whole number"),
        (instead("--threads", "1000"), "not 1000"),
        (instead("--input", "float32:2x4:x.bin"), "is not DTYPE:2x3:FILE:NAME"),
        (instead("--input", "float31:2x4:x.bin:x"), "no dtype is called float31"),
        (instead("--input", "float32:2y4:x.bin:x"), "bad shape"),
        (instead("--input", "float32:2x:x.bin:x"), "bad shape"),
        (instead("--input", "float32:-2x4:x.bin:x"), "bad shape"),
        (instead("--input", "float32:99999999999:x.bin:x"), "bad shape"),
        (instead("--input", "float32:2000000000x2000000000:x.bin:x"), "more elements"),
        (instead("--input", f"float32:{'x'.join('1' * 17)}:x.bin:x"), "more than 16 axes"),
        (instead("--input", "float32:2x4:x.bin:y"), "two inputs of one sample are called y"),
        (lambda words: ["--input", "float32:2x4:x.bin:x", *words], "before any --sample"),
    ],
)
def test_wrong_arguments_are_told_apart(
    program: Program,
    models: Path,
    folder: Path,
    change: Callable[[list[str]], list[str]],
    said: str,
) -> None:
    words = change(list(request(program.model(models, "mlp"), ((refusal.X, refusal.Y),))))

    refusal.check(program.run(words, folder), refusal.USAGE, said)


def test_any_name_makes_good_json(onnxruntime: Program, models: Path, folder: Path) -> None:
    name = 'a"b\\c\n:$(touch x)\x7fé'
    odd = InputFile(name=name, file="x.bin", dtype="float32", shape=(2, 4))
    words = list(request(models / "mlp.onnx", ((odd, odd),)))
    raw = [
        os.fsdecode(b"\xff\xc3\x28\xed\xa0\x80") if word == "test-run" else word for word in words
    ]

    ran = onnxruntime.run(raw, folder)

    refusal.check(ran, refusal.USAGE, name)
    assert ran.error["run"] == "�" * 2 + "(" + "�" * 3
