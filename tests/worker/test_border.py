"""What a user's function returns, through the exporters, into a class that answers as PyTorch."""

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pytest
import torch

from sideload.errors import ParityError, SchemeError
from sideload.host import arrays
from sideload.languages import casts
from sideload.values import Artifact, Limits
from sideload.worker.job import Job
from sideload.worker.lowering import lower
from sideload.worker.session import Session
from tests.bindings.binding import Module, written

SOURCE: Final = """
import torch, sideload

class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        torch.manual_seed(0)
        self.linear = torch.nn.Linear(4, 3)

    def forward(self, x, scale, count, flag, exact, short):
        return {
            "scores": self.linear(x) * scale,
            "following": count + 1,
            "rows": x.shape[0],
            "off": torch.logical_not(flag),
            "third": exact / 3,
            "more": short + short,
        }

    def encode(self, words, flag):
        return self.linear(words).relu(), torch.logical_not(flag)

    def count(self, n):
        return n + n

def several():
    x = torch.arange(8.0).reshape(2, 4) / 8
    return sideload.Model(
        module=Net(),
        inputs={
            "x": x, "scale": 0.5, "count": 3, "flag": torch.tensor([True, False]),
            "exact": torch.tensor([0.1, 0.7], dtype=torch.float64),
            "short": torch.tensor([300, -7], dtype=torch.int16),
        },
        dynamic={"x": {0: ("batch", 1, 8)}},
        methods={
            "encode": {"inputs": {"words": x, "flag": True}, "outputs": ("code", "other")},
            "count": {"inputs": 7},
        },
    )

def single():
    model = several()
    return sideload.Model(module=model.module, inputs=model.inputs, dynamic=model.dynamic)

def wrong():
    class Odd(torch.nn.Module):
        def forward(self, x):
            return x * 2
        def drift(self, x):
            return x.to(torch.float64) * (1 + 1e-3 * torch.arange(4.0, dtype=torch.float64))
    x = torch.arange(4.0)[None] + 1
    return sideload.Model(module=Odd(), inputs=x, methods={"drift": {"inputs": x}})
"""
NAMES: Final = ("x", "scale", "count", "flag", "exact", "short")
# What an app for Android over both runtimes needs.
ANDROID: Final = {"bool": "uint8", "int16": "int32"}
IOS: Final = {"bool": "uint8", "float16": "float32", "float64": "float32", "int16": "int32"}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Artifact]:
    folder = tmp_path_factory.mktemp("made")
    (folder / "net.py").write_text(SOURCE, encoding="utf-8")
    session = Session()

    def make(function: str, runtime: str, casts: dict[str, str], **more: object) -> Artifact:
        into = folder / f"{function}-{runtime}-{len(casts)}"
        into.mkdir(exist_ok=True)
        job = Job(
            source="python",
            spec=f"{folder / 'net.py'}:{function}",
            model=function,
            runtime=runtime,
            precision="float32",
            backend="xnnpack",
            dynamic=True,
            folder=into,
            key="k",
            casts=casts,
            **more,  # type: ignore[arg-type]
        )
        return lower(session, job, lambda _: None)

    return make


@pytest.fixture(scope="module")
def several(made: Callable[..., Artifact]) -> Artifact:
    return made("several", "executorch", ANDROID)


@pytest.fixture(scope="module")
def single(made: Callable[..., Artifact]) -> Artifact:
    return made("single", "onnxruntime", IOS)


@pytest.fixture(scope="module")
def binding(several: Artifact) -> Module:
    return written(several, several.file.path.parent)


def net() -> Any:  # noqa: ANN401 - a module of the text above
    space: dict[str, Any] = {}
    exec(SOURCE, space)  # noqa: S102 - our own text
    return space["Net"]().eval()


def test_a_border_has_no_dtype_that_some_language_of_the_target_cannot_carry() -> None:
    both = ("executorch", "onnxruntime")

    assert casts(("python",), both) == {}
    assert casts(("kotlin",), ("onnxruntime",)) == {}
    assert casts(("kotlin",), both) == ANDROID
    assert casts(("swift", "python"), ("onnxruntime",)) == IOS
    assert casts(("swift", "kotlin"), ("executorch",)) == ANDROID
    assert casts((), both) == {}


def test_the_signature_names_both_dtypes_of_what_is_cast(several: Artifact) -> None:
    signature = several.signature
    found = {
        spec.name: (spec.dtype, spec.inside) for spec in (*signature.inputs, *signature.outputs)
    }

    assert found == {
        "x": ("float32", ""),
        "scale": ("float32", ""),
        "count": ("int64", ""),
        "flag": ("uint8", "bool"),
        "exact": ("float64", ""),
        "short": ("int32", "int16"),
        "scores": ("float32", ""),
        "following": ("int64", ""),
        "rows": ("int64", ""),
        "off": ("uint8", "bool"),
        "third": ("float64", ""),
        "more": ("int32", "int16"),
    }
    assert [method.name for method in signature.methods] == ["encode", "count"]
    assert [spec.dtype for spec in signature.methods[0].inputs] == ["float32", "uint8"]
    assert [note for note in several.notes if "at the border" in note] == [
        f"{name} is {border} at the border and {inside} inside: not every language of the target "
        "carries that"
        for name, border, inside in (
            ("flag", "uint8", "bool"),
            ("short", "int32", "int16"),
            ("off", "uint8", "bool"),
            ("more", "int32", "int16"),
            ("encode.flag", "uint8", "bool"),
            ("encode.other", "uint8", "bool"),
        )
    ]


def test_every_method_of_one_file_answers_as_pytorch_does(
    several: Artifact, binding: Module
) -> None:
    x = np.linspace(-1, 1, 12, dtype=np.float32).reshape(3, 4)
    module = net()

    with binding.Several(several.file.path) as model:
        answer = model.predict(
            x,
            2.5,
            41,
            np.array([1, 0], np.uint8),
            np.array([0.3, 1e300]),
            np.array([1, 9], np.int32),
        )
        code = model.encode(x[:2], 0)
        twice = model.count(2**40)

    with torch.no_grad():
        scores = (module.linear(torch.from_numpy(x)) * 2.5).numpy()
        relu = module.linear(torch.from_numpy(x[:2])).relu().numpy()
    np.testing.assert_allclose(answer.scores, scores, rtol=0, atol=1e-6)
    assert (answer.following, answer.rows) == (42, 3)
    assert answer.off.tolist() == [0, 1]
    assert answer.third.tolist() == [0.3 / 3, 1e300 / 3]
    assert (answer.more.tolist(), answer.more.dtype) == ([2, 18], np.int32)
    np.testing.assert_allclose(code.code, relu, rtol=0, atol=1e-6)
    assert code.other == 1
    assert twice.output == 2**41


def test_answers_are_proven_through_the_casts_and_kept_as_the_border_has_them(
    single: Artifact,
) -> None:
    assert single.parity is not None
    assert single.parity.cosine > 0.999999
    assert single.samples is not None
    kept = arrays.load(single.samples.path)
    inputs = [str(kept[f"0.input.{at}"].dtype) for at in range(len(NAMES))]
    assert inputs == ["float32", "float32", "int64", "uint8", "float32", "int32"]
    assert [str(kept[f"0.reference.{at}"].dtype) for at in range(6)] == [
        spec.dtype for spec in single.signature.outputs
    ]


def test_the_same_class_calls_a_file_of_the_other_runtime(single: Artifact) -> None:
    module = written(single, single.file.path.parent)

    with module.Single(single.file.path) as model:
        answer = model.predict(
            np.ones((1, 4), np.float32),
            1.0,
            -1,
            np.array([0, 1], np.uint8),
            np.array([0.3, 3], np.float32),
            np.array([1, 9], np.int32),
        )

    assert (answer.following, answer.rows) == (0, 1)
    assert answer.off.tolist() == [1, 0]
    assert answer.third.dtype == np.float32
    assert answer.more.tolist() == [2, 18]


def test_a_file_says_which_runtime_is_too_old_for_it(several: Artifact, single: Artifact) -> None:
    assert several.least_runtime == ".".join(several.versions["executorch"].split(".")[:2])
    assert single.least_runtime == "1.20"


def test_onnx_runtime_refuses_several_methods_and_says_why(made: Callable[..., Artifact]) -> None:
    with pytest.raises(SchemeError, match="the method encode beside forward") as caught:
        made("several", "onnxruntime", {})

    assert "--runtime executorch" in caught.value.remedy


def test_a_method_that_is_not_near_enough_fails_the_gate_by_its_name(
    made: Callable[..., Artifact],
) -> None:
    # A border of single precision cannot be as near as this; only `drift` is cast.
    strict = {"float32": Limits(cosine=1.0, sqnr_db=200.0, metric_loss=0.0)}

    with pytest.raises(ParityError, match=r"output 'drift\.output'"):
        made("wrong", "executorch", IOS, limits=strict)
