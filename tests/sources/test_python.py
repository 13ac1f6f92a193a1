import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pytest
import torch

import sideload
from sideload import sources
from sideload.errors import SourceError
from sideload.runtimes._capture import capture
from sideload.values import Dimension, Subject


class Loaded(Protocol):
    def __call__(self, body: str, *, dynamic: bool = True) -> Subject: ...


def answers(subject: Subject, *given: Sequence[Any]) -> list[torch.Tensor]:
    answer = subject.module(*(torch.tensor(one) for one in given))
    return list(answer) if isinstance(answer, tuple) else [answer]


def test_a_pair_of_module_and_tensor_is_a_model(loaded: Loaded) -> None:
    subject = loaded("return Net(), torch.arange(4.0)[None]")

    assert list(subject.examples) == ["image"]
    assert subject.module.training is False
    assert capture(subject).signature.outputs[0].shape == (1, 2)


def test_without_data_variations_of_the_example_stand_in(loaded: Loaded) -> None:
    subject = loaded("return Net(), torch.arange(4.0)[None]")
    different = {sample["image"].tobytes() for sample in subject.evaluation}

    assert len(different) == len(subject.evaluation) >= 8
    assert "the example and variations" in subject.data


def test_an_example_of_zeros_proves_nothing_and_is_replaced(loaded: Loaded) -> None:
    subject = loaded("return Net(), torch.zeros(1, 4)")

    assert all(sample["image"].std() > 0 for sample in subject.evaluation)
    assert "made-up numbers for the constant example" in subject.data
    assert subject.examples["image"].std() == 0


def test_everything_that_a_model_can_say_arrives(loaded: Loaded) -> None:
    subject = loaded("""
        return sideload.Model(
            module=Net(),
            inputs={"image": torch.ones(1, 4)},
            outputs=("logits",),
            dynamic={"image": {0: ("batch", 1, 8)}},
            labels=("cat", "dog"),
            calibration=[torch.full((1, 4), 2.0)],
            evaluation=[{"image": torch.full((1, 4), 3.0)}, (torch.full((3, 4), 4.0),)],
            expected=torch.tensor([1, 0]),
            data="two held-out pictures",
        )
    """)
    signature = capture(subject).signature

    assert signature.labels == ("cat", "dog")
    assert signature.inputs[0].shape == (Dimension(name="batch", min=1, max=8), 4)
    assert signature.outputs[0].name == "logits"
    assert subject.calibration[0]["image"][0, 0] == 2.0
    assert [sample["image"].shape for sample in subject.evaluation] == [(1, 4), (3, 4)]
    assert subject.expected == (1, 0)
    assert subject.data == "two held-out pictures"


def test_numpy_arrays_and_a_dictionary_do_as_well(loaded: Loaded) -> None:
    subject = loaded("""
        import numpy as np
        return {"module": Net(), "inputs": np.ones((1, 4), dtype="float32"), "outputs": ["y"]}
    """)

    assert subject.examples["image"].dtype == np.float32
    assert subject.output_names == ("y",)


def test_inputs_under_parameter_names_reach_those_parameters(loaded: Loaded) -> None:
    subject = loaded("""
        return sideload.Model(
            module=Net(), inputs={"scale": torch.zeros(1, 2), "image": torch.ones(1, 4)}
        )
    """)

    assert answers(subject, [[0.0, 0.0]], [[1.0, 1.0, 1.0, 1.0]])[0].abs().sum() == 0
    assert list(subject.examples) == ["scale", "image"]
    assert [one.name for one in capture(subject).signature.inputs] == ["scale", "image"]


def test_a_mapping_of_outputs_gives_them_their_names(loaded: Loaded) -> None:
    subject = loaded("""
        class Two(torch.nn.Module):
            def forward(self, x):
                return {"twice": 2 * x, "nothing": None, "half": x / 2}
        return Two(), torch.ones(1, 4)
    """)

    assert subject.output_names == ("twice", "half")
    assert [one[0, 0].item() for one in answers(subject, [[1.0] * 4])] == [2.0, 0.5]


def test_a_model_of_any_number_of_inputs_keeps_its_open_axes(loaded: Loaded) -> None:
    subject = loaded("""
        class Sum(torch.nn.Module):
            def forward(self, *parts):
                return sum(parts)
        axes = {0: ("batch", 1, 8)}
        return sideload.Model(
            module=Sum(),
            inputs={"left": torch.ones(1, 4), "right": torch.ones(1, 4)},
            dynamic={"left": axes, "right": axes},
        )
    """)

    assert capture(subject).signature.outputs[0].shape[0] == Dimension(name="batch", min=1, max=8)


def test_without_dynamic_every_axis_has_the_size_of_the_example(loaded: Loaded) -> None:
    body = """
        return sideload.Model(
            module=Net(), inputs=torch.ones(1, 4), dynamic={"image": {0: ("batch", 1, 8)}}
        )
    """

    assert capture(loaded(body, dynamic=False)).signature.inputs[0].shape == (1, 4)


def test_a_file_beside_it_is_imported_and_remembered(tmp_path: Path) -> None:
    (tmp_path / "sideload_test_layers.py").write_text("import torch\nLAYER = torch.nn.Identity()\n")
    (tmp_path / "labels.txt").write_text("cat")
    np.save(tmp_path / "weights.npy", np.ones((1, 4), dtype=np.float32))
    (tmp_path / "net.py").write_text(
        "from pathlib import Path\nimport numpy\n"
        "def build():\n"
        "    from sideload_test_layers import LAYER\n"
        "    made = Path(__file__).with_name('made on the way.txt')\n"
        "    made.write_text('x')\n"
        "    made.read_text()\n"
        "    Path(__file__).with_name('labels.txt').read_text()\n"
        "    return LAYER, numpy.load(Path(__file__).with_name('weights.npy'))\n"
    )
    path = list(sys.path)
    subject = sources.get("python").load(f"{tmp_path}/net.py:build", dynamic=True)

    assert {path.name for path in subject.dependencies} == {
        "labels.txt",
        "net.py",
        "sideload_test_layers.py",
        "weights.npy",
    }
    assert sys.path == path


def test_files_that_are_imported_are_known_before_anything_runs(tmp_path: Path) -> None:
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / "__init__.py").write_text("from . import inner\n")
    (tmp_path / "package" / "inner.py").write_text("import os\n")
    (tmp_path / "broken.py").write_text("import (\n")
    (tmp_path / "net.py").write_text("import package, broken\nraise SystemExit\n")
    found = sources.get("python").files(f"{tmp_path}/net.py:build")

    assert {path.relative_to(tmp_path).as_posix() for path in found} == {
        "net.py",
        "broken.py",
        "package/__init__.py",
        "package/inner.py",
    }


REFUSED = [
    ("raise ValueError('no such weights')", "ValueError: no such weights"),
    ("exit(3)", "SystemExit: 3"),
    ("return None", "returned None"),
    ("return Net()", "returned a Net"),
    ("return Net, torch.ones(1, 4)", "module is a type"),
    ("return Net(), torch.ones(1, 5)", "1x5 and 4x2"),
    ("return Net(), 'picture'", "inputs is a str"),
    ("return Net(), {}", "inputs is empty"),
    ("return Net(), {'image': 'a'}", "inputs\\['image'\\] is a str"),
    ("return Net(), {'image': 2**63}", "inputs\\['image'\\] is 9223372036854775808, more than"),
    ("return Net(), torch.ones(1, 4, dtype=torch.bfloat16)", "bfloat16"),
    ("return Net(), torch.ones(1, 4, device='meta')", "meta tensor"),
    ("return Net(), (torch.ones(1, 4),) * 3", "3 tensors, but forward takes 2"),
    ("return Net().to('meta'), torch.ones(1, 4)", "meta device"),
    ("return {'module': Net()}", "no 'module' and 'inputs'"),
    ("return {'module': Net(), 'inputs': 1, 'input': 2}", "unknown key 'input'"),
]


@pytest.mark.parametrize(("body", "words"), REFUSED)
def test_what_is_no_model_is_refused_with_the_place_in_the_file(
    loaded: Loaded, body: str, words: str
) -> None:
    with pytest.raises(SourceError, match=words) as caught:
        loaded(body)

    assert "net.py:" in str(caught.value)
    assert caught.value.remedy


WRONG_PARTS = [
    ("outputs=('a', 'b')", "2 names for 1 tensors"),
    ("outputs=('a b',)", "'a b' cannot name"),
    ("outputs=('image',)", "'image' cannot name"),
    ("labels=('a',)", "1 names, but the last axis of the first output is 2"),
    ("dynamic={'picture': {0: ('batch', 1, 8)}}", "'picture', which is not an input"),
    ("dynamic={'image': {2: ('batch', 1, 8)}}", "axis that image does not have"),
    ("dynamic={'image': {0: ('batch', 2, 8)}}", "from 2 to 8, and the example has 1"),
    ("dynamic={'image': {0: 'batch'}}", "is 'batch'"),
    ("evaluation=[torch.ones(2, 4)]", "shape 2 x 4, not 1 x 4"),
    ("evaluation=[torch.ones(1, 4, dtype=torch.complex64)]", "complex64"),
    ("evaluation=[{'picture': torch.ones(1, 4)}]", "picture is not an input"),
    ("evaluation=3", "evaluation is a int, not a list"),
    ("evaluation=[torch.ones(1, 4)], expected=[1, 2]", "2 classes for 1 evaluation"),
    ("evaluation=[torch.ones(1, 4)], expected=['cat']", "expected holds a str"),
]


@pytest.mark.parametrize(("part", "words"), WRONG_PARTS)
def test_a_part_that_does_not_fit_the_module_is_refused(
    loaded: Loaded, part: str, words: str
) -> None:
    with pytest.raises(SourceError, match=words):
        loaded(f"return sideload.Model(module=Net(), inputs=torch.ones(1, 4), {part})")


def test_a_model_that_answers_differently_each_time_is_refused(loaded: Loaded) -> None:
    with pytest.raises(SourceError, match="different answers"):
        loaded("""
            class Noisy(torch.nn.Module):
                def forward(self, x):
                    return torch.nn.functional.dropout(x, 0.5)
            return Noisy(), torch.ones(1, 40)
        """)


def test_an_answer_that_is_no_tensor_is_refused(loaded: Loaded) -> None:
    with pytest.raises(SourceError, match="output 1 of forward is a str"):
        loaded("""
            class Named(torch.nn.Module):
                def forward(self, x):
                    return x, "three"
            return Named(), torch.ones(1, 4)
        """)


def test_the_line_that_raised_in_forward_is_shown(loaded: Loaded) -> None:
    with pytest.raises(SourceError, match=r"net\.py:\d+: return image\.nosuch"):
        loaded("""
            class Broken(torch.nn.Module):
                def forward(self, image):
                    return image.nosuch
            return Broken(), torch.ones(1, 4)
        """)


@pytest.mark.parametrize(
    ("text", "function", "words"),
    [
        ("def build(:\n    pass\n", "build", "net.py:1 is not Python"),
        ("1 / 0\n", "build", "raised while it was imported: ZeroDivisionError"),
        ("import nosuchmodule\n", "build", "ModuleNotFoundError: No module named 'nosuchmodule'"),
        ("def other():\n    pass\n", "build", "no function called 'build'"),
        ("build = 3\n", "build", "no function called 'build'"),
        ("def build(size, *, depth=2):\n    pass\n", "build", "wants size"),
        ("\0", "build", "null bytes"),
    ],
)
def test_a_file_that_cannot_serve_is_refused(
    tmp_path: Path, text: str, function: str, words: str
) -> None:
    (tmp_path / "net.py").write_text(text)

    with pytest.raises(SourceError, match=words):
        sources.get("python").load(f"{tmp_path}/net.py:{function}", dynamic=True)


def test_a_missing_file_is_refused() -> None:
    with pytest.raises(SourceError, match="there is no file"):
        sources.get("python").load("/nowhere/net.py:build", dynamic=True)


def test_the_public_type_is_there_without_importing_torch() -> None:
    assert sideload.Model.__name__ == "Model"
    assert sideload.Method.__name__ == "Method"
    assert set(sideload.__all__) == {"Method", "Model", "__version__"}
    with pytest.raises(AttributeError, match="nosuch"):
        _: Callable[..., Any] = sideload.nosuch


def test_weights_that_are_computed_each_time_become_plain_ones(loaded: Loaded) -> None:
    subject = loaded("""
        net = Net()
        torch.nn.utils.parametrizations.weight_norm(net.layer)
        return net, torch.arange(4.0)[None]
    """)

    assert {name for name, _ in subject.module.named_parameters()} == {"layer.weight", "layer.bias"}
