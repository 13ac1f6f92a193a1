"""Models that compute several things, and take and give plain numbers."""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
import pytest

from sideload.errors import SourceError
from sideload.values import Dimension, Subject

Loaded: TypeAlias = Callable[[str], Subject]
NET = """
class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = torch.nn.Linear(4, 3)
    def forward(self, x, scale, count):
        return {"scores": self.linear(x) * scale, "next": count + 1, "rows": x.shape[0], "on": True}
    def encode(self, words, mask=None):
        return self.linear(words).relu()
    def twice(self, *given):
        return given[0] * 2
    size = 4
inputs = {"x": torch.ones(2, 4), "scale": 0.5, "count": 3}
"""


def test_numbers_are_tensors_without_axes_on_both_sides(loaded: Loaded) -> None:
    subject = loaded(f"{NET}\nreturn Net(), inputs")

    shapes = {name: (str(one.dtype), one.shape) for name, one in subject.examples.items()}
    assert shapes == {"x": ("float32", (2, 4)), "scale": ("float32", ()), "count": ("int64", ())}
    assert subject.output_names == ("scores", "next", "rows", "on")
    assert all(isinstance(sample["scale"], np.ndarray) for sample in subject.evaluation)


def test_what_a_model_computes_beside_forward_is_a_subject_of_its_own(loaded: Loaded) -> None:
    subject = loaded(f"""{NET}
words = {{"words": torch.ones(1, 4)}}
more = sideload.Method(inputs=words, outputs=("code",), dynamic={{"words": {{0: ("rows", 1, 8)}}}})
methods = {{"encode": more, "twice": {{"inputs": 2.0}}}}
return sideload.Model(module=Net(), inputs=inputs, methods=methods)
""")

    encode, twice = subject.methods
    assert (encode.name, twice.name) == ("encode", "twice")
    assert encode.output_names == ("code",)
    assert encode.dynamic == {"words": {0: Dimension(name="rows", min=1, max=8)}}
    assert encode.examples["words"].shape == (2, 4)
    assert [*twice.examples] == ["input_0"]
    assert encode.module.inner is subject.module.inner


@pytest.mark.parametrize(
    ("methods", "said"),
    [
        ("{'nosuch': {'inputs': 1.0}}", "'nosuch', which is no method of Net beside forward"),
        ("{'forward': {'inputs': 1.0}}", "'forward', which is no method of Net beside forward"),
        ("{'size': {'inputs': 1.0}}", "'size', which is no method"),
        ("{3: {'inputs': 1.0}}", "3, which is no method"),
        ("{'encode': torch.ones(1)}", r"methods\['encode'\] is a Tensor"),
        ("{'encode': {'input': 1.0}}", r"methods\['encode'\] is a dict"),
        ("['encode']", r"methods is a list of 1 \(str\)"),
        ("{'encode': {'inputs': {}}}", r"methods\['encode'\]\.inputs is empty"),
        ("{'encode': {'inputs': torch.ones(1, 5)}}", "1x5 and 4x3"),
    ],
)
def test_methods_that_are_none_are_refused_by_name(loaded: Loaded, methods: str, said: str) -> None:
    with pytest.raises(SourceError, match=said):
        loaded(f"{NET}\nreturn sideload.Model(module=Net(), inputs=inputs, methods={methods})")
