"""What a generated class says of a file that is not the one it was generated for."""

import ast
import os
import pickle
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from sideload import languages
from tests.bindings import models
from tests.bindings.binding import Module, of_file, written


@pytest.fixture
def digits_file(tmp_path: Path) -> Path:
    return models.write_onnx(tmp_path / "digits.onnx", "digits")


@pytest.fixture(params=["executorch", "onnxruntime"])
def digits(request: pytest.FixtureRequest, digits_file: Path) -> Module:
    # A file is checked before the runtime is imported, so any content will do for either.
    described = of_file(digits_file, models.SIGNATURES["digits"], request.param, "digits")
    return written(described, digits_file.parent / request.param)


def refused(module: Module, path: str | Path) -> Module:
    with pytest.raises(module.WrongModelFileError) as caught:
        module.Digits(path)
    assert "try: " in str(caught.value)
    assert "sideload bind --model digits" in caught.value.remedy
    return caught.value


def test_a_truncated_file_is_refused_with_both_sizes(digits: Module, digits_file: Path) -> None:
    content = digits_file.read_bytes()
    digits_file.write_bytes(content[:-1])

    error = refused(digits, digits_file)

    assert f"{len(content) - 1:,} bytes (cut short" in error.found
    assert f"{len(content):,} bytes" in error.expected
    assert error.path == str(digits_file)


def test_an_empty_file_is_refused(digits: Module, digits_file: Path) -> None:
    digits_file.write_bytes(b"")

    assert refused(digits, digits_file).found.startswith("0 bytes (cut short")


def test_a_file_of_the_right_size_with_one_other_bit_is_refused(
    digits: Module, digits_file: Path
) -> None:
    content = bytearray(digits_file.read_bytes())
    content[100] ^= 1
    digits_file.write_bytes(content)

    assert refused(digits, digits_file).found.startswith("sha256 ")


@pytest.mark.parametrize("name", ["missing.onnx", ".", "a\0b"])
def test_what_is_no_file_is_refused(digits: Module, digits_file: Path, name: str) -> None:
    assert refused(digits, f"{digits_file.parent}/{name}").path.endswith(name)


def test_a_pipe_is_refused_and_never_waited_for(digits: Module, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")

    assert refused(digits, tmp_path / "pipe").found == "something that is not a file"


def test_a_file_beside_the_model_is_checked_too(digits_file: Path) -> None:
    weights = digits_file.with_name("digits.data")
    weights.write_bytes(b"weights")
    described = of_file(digits_file, models.SIGNATURES["digits"], "onnxruntime", "digits")
    beside = of_file(weights, described.signature, "onnxruntime", "digits").file
    module = written(replace(described, extra_files=(beside,)), digits_file.parent)
    weights.write_bytes(b"wEights")

    assert refused(module, digits_file).path == str(weights)


@pytest.mark.parametrize(("contract", "age"), [("0", "older"), ("9", "newer")])
def test_a_file_of_another_contract_is_refused_with_its_age(
    digits_file: Path, contract: str, age: str
) -> None:
    described = of_file(digits_file, models.SIGNATURES["digits"], "onnxruntime", "digits")
    module = written(described, digits_file.parent)
    models.write_onnx(digits_file, "digits", {"sideload.contract": contract})

    error = refused(module, digits_file)

    assert f"made under contract {contract}, {age} than 1" in error.found


def test_a_file_of_an_older_format_is_refused_with_its_name(tmp_path: Path) -> None:
    path = tmp_path / "digits.pte"
    path.write_bytes(b"\x18\x00\x00\x00ET12")
    described = of_file(path, models.SIGNATURES["digits"], "executorch", "digits")
    module = written(described, tmp_path)
    path.write_bytes(b"\x18\x00\x00\x00ET11 and more")

    assert "its format is b'ET11', not b'ET12'" in refused(module, path).found


def test_the_content_is_read_once_for_each_change_of_the_file(digits_file: Path) -> None:
    described = of_file(digits_file, models.SIGNATURES["digits"], "onnxruntime", "digits")
    module = written(described, digits_file.parent)
    module.Digits(digits_file)
    before = digits_file.stat()
    with digits_file.open("r+b") as stream:
        # In the file's own name for its producer, which the runtime does not care about.
        stream.seek(digits_file.read_bytes().index(b"digits"))
        stream.write(b"DIGITS")

    os.utime(digits_file, ns=(before.st_atime_ns, before.st_mtime_ns))
    module.Digits(digits_file)
    os.utime(digits_file, ns=(before.st_atime_ns, before.st_mtime_ns + 1))

    assert refused(module, digits_file).found.startswith("sha256 ")


def test_a_file_that_the_runtime_cannot_load_is_an_error_with_both_versions(tmp_path: Path) -> None:
    path = tmp_path / "digits.onnx"
    path.write_bytes(b"no model at all")
    described = of_file(path, models.SIGNATURES["digits"], "onnxruntime", "digits")
    module = written(described, tmp_path)

    with pytest.raises(module.RuntimeFailedError, match=r"made with 1\.31\.1") as caught:
        module.Digits(path)

    assert "install onnxruntime 1.31.1 or newer" in caught.value.remedy


def test_a_missing_runtime_is_an_error_and_telemetry_is_off_before_it_is_imported(
    digits_file: Path, tmp_path: Path
) -> None:
    described = of_file(digits_file, models.SIGNATURES["digits"], "onnxruntime", "digits")
    (source,) = languages.get("python").write(described, tmp_path)
    (tmp_path / "onnxruntime.py").write_text(
        "import os\nraise ImportError(os.environ['ORT_DISABLE_TELEMETRY'])\n", encoding="utf-8"
    )
    code = (
        f"import {source.stem} as module\n"
        f"try: module.Digits({str(digits_file)!r})\n"
        "except module.MissingRuntimeError as error: print(repr(str(error)))\n"
    )
    environment = {**os.environ, "ORT_DISABLE_TELEMETRY": "0"}

    said = subprocess.check_output(
        [sys.executable, "-c", code], cwd=tmp_path, text=True, env=environment
    )

    assert ast.literal_eval(said) == "no onnxruntime: 1\n  try: pip install onnxruntime"


def test_errors_survive_a_trip_to_another_process(digits: Module, digits_file: Path) -> None:
    digits_file.write_bytes(b"")
    error = refused(digits, digits_file)

    copy = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes

    assert str(copy) == str(error)
    assert copy.path == error.path
