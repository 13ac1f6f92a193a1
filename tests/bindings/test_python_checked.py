"""Generated Python under the tools that its user may run on it."""

import ast
import subprocess
import sys
import tokenize
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from sideload import languages
from sideload.errors import BindingInputError
from sideload.values import Artifact, Dimension, FileRef, Method, Metric, Signature, TensorSpec
from tests.bindings.artifacts import DIGITS, SHA256, SUFFIXES, artifact, ordinary
from tests.bindings.binding import imported
from tests.languages.hostile import NAMES

PYTHON: Final = languages.get("python")
CALLER: Final = """
import numpy as np
from digits_{runtime} import Digits{class_suffix} as Digits

with Digits("digits", threads=2) as model:
    answer = model.predict(np.zeros((1, 1, 8, 8), dtype=np.float32))
    best = answer.top(3)[0][0]
    name: str = best.label.text
    index: int = best.label
    score: float = best.score
    raw: np.ndarray[tuple[int, ...], np.dtype[np.float32]] = answer.logits
    wrong = np.zeros((1, 1, 8, 8), dtype=np.int64)
    model.predict(wrong)  # type: ignore[arg-type]
    model.predict()  # type: ignore[call-arg]
    answer.logits = raw  # type: ignore[misc]
    answer.probabilities  # type: ignore[attr-defined]
"""


def hostile(name: str, runtime: str) -> Artifact:
    """An artifact with `name` in every place that holds text."""
    axis = Dimension(name=name, min=1, max=8)
    inputs = (
        TensorSpec(name=name, dtype="float32", shape=(axis, 2)),
        TensorSpec(name=name, dtype="int64", shape=()),
    )
    signature = Signature(
        inputs=inputs,
        outputs=(
            TensorSpec(name=name, dtype="float32", shape=(axis, 2)),
            TensorSpec(name=name, dtype="bool", shape=(2, axis)),
        ),
        labels=(name, name),
        methods=(Method(name=name, inputs=inputs, outputs=inputs),) * 2,
    )
    plain = artifact(signature, runtime, model="plain")
    metric = Metric(name=name, reference=1.0, value=0.5, count=2)
    parity = None if plain.parity is None else replace(plain.parity, data=name, metric=metric)
    other = FileRef(path=Path(name), sha256=SHA256, size_bytes=1)
    return replace(
        plain,
        model=name,
        scheme=name,
        precision=name,
        parity=parity,
        extra_files=(other,),
        versions={runtime: name},
        notes=(name,),
    )


def encoding(source: Path) -> str:
    """What Python takes a file to be in: its first two lines may name something else than UTF-8."""
    with source.open("rb") as stream:
        return tokenize.detect_encoding(stream.readline)[0]


def form(source: Path) -> list[str]:
    """The shape of a module's syntax tree, without its names and constants."""
    tree = ast.parse(source.read_text(encoding="utf-8"))
    return [type(node).__name__ for node in ast.walk(tree)]


@pytest.mark.parametrize("runtime", SUFFIXES)
def test_no_name_changes_the_form_of_the_code_nor_keeps_it_from_being_imported(
    runtime: str, tmp_path: Path
) -> None:
    (plain,) = PYTHON.write(hostile("plain", runtime), tmp_path / "plain")

    for number, name in enumerate(NAMES):
        (source,) = PYTHON.write(hostile(name, runtime), tmp_path / str(number))

        assert form(source) == form(plain), name
        assert encoding(source) == "utf-8", name
        assert imported(source).BindingError


def all_names(runtime: str) -> Artifact:
    spec = TensorSpec(name="", dtype="float32", shape=(2, len(NAMES)))
    tensors = tuple(replace(spec, name=name) for name in NAMES)
    methods = tuple(Method(name=name, inputs=tensors[:1], outputs=tensors[:1]) for name in NAMES)
    signature = Signature(inputs=tensors, outputs=tensors, labels=NAMES, methods=methods)
    return artifact(signature, runtime, model=f"all {runtime}")


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("generated")
    for runtime in SUFFIXES:
        PYTHON.write(all_names(runtime), folder)
        PYTHON.write(hostile('"""\\', runtime), folder / runtime)
        for described in ordinary(runtime).values():
            PYTHON.write(replace(described, model=f"{described.model}_{runtime}"), folder)
        caller = CALLER.format(runtime=runtime, class_suffix=runtime.capitalize())
        (folder / f"caller_{runtime}.py").write_text(caller, encoding="utf-8")
    return folder


def test_mypy_strict_agrees_with_it_and_with_its_types(
    generated: Path, request: pytest.FixtureRequest
) -> None:
    assert request.config.cache is not None
    cache = request.config.cache.mkdir("mypy-bindings")
    sources = [str(path) for path in generated.glob("*.py")]
    argv = [sys.executable, "-m", "mypy", "--strict", "--config-file=", "--cache-dir", str(cache)]

    done = subprocess.run(
        [*argv, *sources], capture_output=True, text=True, check=False, cwd=generated
    )

    assert done.returncode == 0, done.stdout
    assert f"{len(sources)} source files" in done.stdout


def test_pyflakes_finds_nothing(generated: Path) -> None:
    argv = [sys.executable, "-m", "ruff", "check", "--isolated", "--select=F,E9,W6", "--no-cache"]

    done = subprocess.run([*argv, str(generated)], capture_output=True, text=True, check=False)

    assert done.stdout == "All checks passed!\n"


def test_the_formatter_leaves_a_model_with_ordinary_names_alone(tmp_path: Path) -> None:
    argv = [sys.executable, "-m", "ruff", "format", "--isolated", "--line-length=100", "--check"]
    sources = [
        str(PYTHON.write(ordinary(runtime)[model], tmp_path / runtime)[0])
        for runtime in SUFFIXES
        for model in ("digits", "minilm")
    ]

    done = subprocess.run(
        [*argv, "--no-cache", *sources], capture_output=True, text=True, check=False
    )

    assert done.stdout == f"{len(sources)} files already formatted\n"


def test_it_imports_nothing_but_numpy_and_the_standard_library(generated: Path) -> None:
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in generated.glob("[am]*.py")]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    names |= {str(node.module) for node in nodes if isinstance(node, ast.ImportFrom)}

    assert {name.split(".")[0] for name in names} - sys.stdlib_module_names == {"numpy"}


def test_a_dtype_that_python_cannot_carry_is_refused_by_name() -> None:
    spec = TensorSpec(name="image", dtype="bfloat16", shape=(2,))
    described = artifact(Signature(inputs=(spec,), outputs=()), "executorch", model="m")

    with pytest.raises(BindingInputError, match="image is bfloat16"):
        PYTHON.context(described)


def test_labels_that_do_not_fit_the_output_are_refused_with_both_counts() -> None:
    described = artifact(replace(DIGITS, labels=("a", "b")), "executorch", model="m")

    with pytest.raises(
        BindingInputError, match="2 labels, but the first output's last axis has 10"
    ):
        PYTHON.context(described)
