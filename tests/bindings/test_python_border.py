"""Single values and texts in generated Python, and runtimes that are too old."""

import math
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from sideload import languages
from tests.bindings import border, models
from tests.bindings.binding import Module, of_file, written

VALUES = {
    "flag": True,
    "half": 0.5,
    "ratio": 0.25,
    "exact": 0.1,
    "tiny": -128,
    "count": 2**63 - 1,
    "byte": 255,
}


@pytest.fixture(scope="module")
def numbers(tmp_path_factory: pytest.TempPathFactory) -> Module:
    path = border.write_numbers(tmp_path_factory.mktemp("numbers") / "numbers.onnx")
    module = written(of_file(path, border.NUMBERS, "onnxruntime", "numbers"), path.parent)
    return module.Numbers(path)


def test_a_single_value_goes_in_and_comes_out_as_a_plain_number(numbers: Module) -> None:
    answer = vars(numbers.predict(**VALUES))

    assert answer == {f"same_{name}": value for name, value in VALUES.items()}
    assert [type(value) for value in answer.values()] == list(map(type, VALUES.values()))


def test_numbers_of_numpy_and_arrays_without_axes_are_as_good(numbers: Module) -> None:
    given = {"ratio": np.float32(0.25), "flag": np.bool_(1), "count": np.array(2**63 - 1)}

    assert vars(numbers.predict(**{**VALUES, **given})) == vars(numbers.predict(**VALUES))


def test_what_has_no_limit_stays_so(numbers: Module) -> None:
    answer = numbers.predict(**{**VALUES, "ratio": math.inf, "half": math.nan})

    assert answer.same_ratio == math.inf
    assert math.isnan(answer.same_half)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("byte", 256, "'byte': expected a single uint8, found 256, which does not fit"),
        ("tiny", -129, "found -129, which does not fit"),
        ("half", 1e6, "expected a single float16, found 1000000.0, which does not fit"),
        ("ratio", 10**400, "which does not fit"),
        ("flag", 1, "expected a single bool, found int"),
        ("count", True, "expected a single int64, found bool"),
        ("count", 1.0, "found float"),
        ("ratio", "1", "found str"),
        ("ratio", None, "found NoneType"),
        ("ratio", np.zeros(1, np.float32), r"with 0 axes, found 1 axes, shape \(1,\)"),
        ("ratio", np.array(1.0), "found an array of float64"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_by_name(
    numbers: Module, name: str, value: object, said: str
) -> None:
    refusal = sys.modules[type(numbers).__module__].WrongInputError

    with pytest.raises(refusal, match=said):
        numbers.predict(**{**VALUES, name: value})


def test_texts_go_in_and_come_out_as_arrays_of_texts(tmp_path: Path) -> None:
    path = border.write_texts(tmp_path / "texts.onnx")
    module = written(of_file(path, border.TEXTS, "onnxruntime", "texts"), tmp_path)

    with module.Texts(path) as model:
        answer = model.predict(np.array([["yes", "größe 🐈"], ["", "no"]]), "!")

        assert answer.joined.tolist() == [["yes!", "größe 🐈!"], ["!", "no!"]]
        assert answer.known.tolist() == [[1, 0], [0, 0]]
        assert answer.joined.dtype.kind == "U"
        with pytest.raises(
            module.WrongInputError, match="array of str with 2 axes, found an array"
        ):
            model.predict(np.zeros((1, 2)), "!")


@pytest.mark.parametrize(
    ("runtime", "version", "least", "said"),
    [
        ("onnxruntime", "1.19.2", "1.20", "the file needs onnxruntime 1.20 or newer, not 1.19.2"),
        ("executorch", "1.4.1", "1.5", "the file needs executorch 1.5 or newer, not 1.4.1"),
    ],
)
def test_a_runtime_that_is_too_old_is_refused_before_it_loads_anything(
    tmp_path: Path, runtime: str, version: str, least: str, said: str
) -> None:
    path = models.write_onnx(tmp_path / "digits.onnx", "digits")
    described = of_file(path, models.SIGNATURES["digits"], runtime, "digits")
    (source,) = languages.get("python").write(replace(described, least_runtime=least), tmp_path)
    # The runtime of another day: it knows its version, and cannot do anything.
    (tmp_path / "onnxruntime.py").write_text(f"__version__ = {version!r}\n", encoding="utf-8")
    installed = tmp_path / f"executorch-{version}.dist-info"
    installed.mkdir()
    (installed / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: executorch\nVersion: {version}\n", encoding="utf-8"
    )
    code = (
        f"import {source.stem} as module\n"
        f"try: module.Digits({str(path)!r})\n"
        "except module.RuntimeTooOldError as error: print(error, error.found, error.needed)\n"
    )

    told = subprocess.check_output([sys.executable, "-c", code], cwd=tmp_path, text=True)

    assert told.startswith(f"{said}\n  try: pip install '{runtime}>={least}', or sideload bind ")
    assert told.endswith(f" {version} {least}\n")


def test_versions_are_compared_by_their_numbers(tmp_path: Path) -> None:
    path = models.write_onnx(tmp_path / "digits.onnx", "digits")
    described = of_file(path, models.SIGNATURES["digits"], "onnxruntime", "digits")
    module = written(replace(described, least_runtime="1.9"), tmp_path)

    assert module.Digits(path)
