from typing import TYPE_CHECKING

import numpy as np
import onnx
import torch

from sideload.runtimes._capture import capture
from sideload.runtimes._kind import work
from sideload.runtimes._onnx_kind import of_graph
from tests.runtimes import toys
from tests.runtimes.lowering import Workshop, captured

if TYPE_CHECKING:
    from pathlib import Path


def test_work_counts_the_multiplications_of_one_inference() -> None:
    found = work(captured("picture").program)

    positions = 2 * 8 * 8 * 8
    assert found.convolved == positions * 9 + positions * 8 * 9
    assert found.linear == 2 * toys.CLASSES * 8


def test_convolutions_prefer_static_ranges_and_attention_does_not() -> None:
    assert work(captured("picture").program).prefers_static
    assert not work(captured("text").program).prefers_static


def test_a_model_without_convolutions_or_layers_is_not_static() -> None:
    class Doubling(torch.nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return x * 2

    found = work(capture(toys.subject(Doubling, {"x": np.ones((2, 3), np.float32)})).program)

    assert (found.convolved, found.linear, found.embedded) == (0, 0, 0)
    assert not found.prefers_static


def test_a_graph_of_onnx_is_of_the_same_kind_as_its_program(workshop: Workshop) -> None:
    def graph(toy: str) -> onnx.GraphProto:
        path: Path = workshop.make("onnxruntime", toy, "float32").lowered.path
        return onnx.load(path).graph

    assert of_graph(graph("picture")).prefers_static
    assert not of_graph(graph("text")).prefers_static
    assert of_graph(graph("text")).embedded == toys.WORDS * toys.WIDTH
