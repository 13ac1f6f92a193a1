"""`python make_models.py FOLDER`: the small models that the runners are tried on, in both formats.

A program of its own, so that the tests themselves import neither torch nor a runtime.
"""

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

os.environ["ORT_DISABLE_TELEMETRY"] = "1"

import onnx
import torch
from executorch.backends.xnnpack.partition.xnnpack_partitioner import XnnpackPartitioner
from executorch.exir import to_edge_transform_and_lower
from onnx import TensorProto, helper

DTYPES: Final = {
    "float32": (torch.float32, TensorProto.FLOAT),
    "float64": (torch.float64, TensorProto.DOUBLE),
    "float16": (torch.float16, TensorProto.FLOAT16),
    "int8": (torch.int8, TensorProto.INT8),
    "int16": (torch.int16, TensorProto.INT16),
    "int32": (torch.int32, TensorProto.INT32),
    "int64": (torch.int64, TensorProto.INT64),
    "uint8": (torch.uint8, TensorProto.UINT8),
    "bool": (torch.bool, TensorProto.BOOL),
}


class Mlp(torch.nn.Module):
    """Two inputs, two outputs, batch left open; each weight is a formula that the tests know."""

    def __init__(self) -> None:
        super().__init__()
        self.first = torch.nn.Linear(4, 8)
        self.second = torch.nn.Linear(8, 3)
        with torch.no_grad():
            for layer in (self.first, self.second):
                count = layer.weight.numel()
                ramp = torch.arange(count, dtype=torch.float32).reshape(layer.weight.shape)
                layer.weight.copy_(ramp / count - 0.5)
                layer.bias.fill_(0.25)

    def forward(self, x: torch.Tensor, y: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """`x` and `y` are float32 `[batch, 4]`; gives `[batch, 3]` and `[batch, 4]`."""
        return self.second(torch.relu(self.first(x + y))), x - y


class Same(torch.nn.Module):
    """Gives back its input, after an operation that every dtype has."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.cat([x, x], dim=0)


class Picture(torch.nn.Module):
    """A convolution that takes and gives channels last."""

    def __init__(self) -> None:
        super().__init__()
        self.convolution = torch.nn.Conv2d(3, 2, 1, bias=False)
        with torch.no_grad():
            weight = self.convolution.weight
            weight.copy_(torch.arange(6, dtype=torch.float32).reshape(weight.shape))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        answer: torch.Tensor = self.convolution(x)
        return answer.contiguous(memory_format=torch.channels_last)


class Scalars(torch.nn.Module):
    """A scalar output, and the size of an axis as a plain number."""

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, int]:
        return x.sum(), x.shape[0]


def lower(programs: Mapping[str, object], path: Path, partitioners: Sequence[object] = ()) -> None:
    """Write the programs, by method name, as one .pte."""
    edge = to_edge_transform_and_lower(programs, partitioner=list(partitioners))
    path.write_bytes(edge.to_executorch().buffer)


def capture(
    module: torch.nn.Module,
    *examples: torch.Tensor,
    dynamic: dict[str, Any] | None = None,
) -> torch.export.ExportedProgram:
    """The module as a program."""
    return torch.export.export(module.eval(), examples, dynamic_shapes=dynamic)


def write_executorch(folder: Path) -> None:
    """Every .pte."""
    batch = torch.export.Dim("batch", min=1, max=8)
    size = torch.export.Dim("n", max=8)
    pair = (torch.ones(2, 4), torch.ones(2, 4))
    mlp = capture(Mlp(), *pair, dynamic={"x": {0: batch}, "y": {0: batch}})
    lower({"forward": mlp}, folder / "mlp.pte", [XnnpackPartitioner()])
    for name, (dtype, _) in DTYPES.items():
        same = capture(Same(), torch.ones(2, 3).to(dtype))
        lower({"forward": same}, folder / f"same_{name}.pte")
    picture = capture(Picture(), torch.ones(1, 3, 2, 5).to(memory_format=torch.channels_last))
    lower({"forward": picture}, folder / "picture.pte")
    scalars = capture(Scalars(), torch.ones(3), dynamic={"x": {0: size}})
    lower({"forward": scalars}, folder / "scalars.pte")
    lower({"encode": capture(Same(), torch.ones(2, 3))}, folder / "encoder.pte")


def write_onnx(
    path: Path,
    nodes: Sequence[onnx.NodeProto],
    inputs: Sequence[onnx.ValueInfoProto],
    outputs: Sequence[onnx.ValueInfoProto],
    constants: Sequence[onnx.TensorProto] = (),
) -> None:
    """Write a checked graph as an .onnx of opset 20."""
    graph = helper.make_graph(nodes, "graph", inputs, outputs, constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10)
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, path)


def border(name: str, dtype: int, *shape: int | str) -> onnx.ValueInfoProto:
    """One input or output of a graph."""
    return helper.make_tensor_value_info(name, dtype, shape)


def write_onnxruntime(folder: Path) -> None:
    """Every .onnx."""
    write_mlp(folder / "mlp.onnx")
    for name, (_, dtype) in DTYPES.items():
        same = helper.make_node("Concat", ["x", "x"], ["z"], axis=0)
        ends = [border("x", dtype, 2, 3)], [border("z", dtype, 4, 3)]
        write_onnx(folder / f"same_{name}.onnx", [same], *ends)
    eighth = helper.make_node("Cast", ["x"], ["z"], to=TensorProto.FLOAT8E4M3FN)
    ends = [border("x", TensorProto.FLOAT, 2, 4)], [border("z", TensorProto.FLOAT8E4M3FN, 2, 4)]
    write_onnx(folder / "float8.onnx", [eighth], *ends)


def write_mlp(path: Path) -> None:
    """The module `Mlp`, node by node."""
    constants = [
        onnx.numpy_helper.from_array(value.detach().numpy(), name)
        for name, value in Mlp().named_parameters()
    ]
    nodes = [
        helper.make_node("Add", ["x", "y"], ["sum"]),
        helper.make_node("Gemm", ["sum", "first.weight", "first.bias"], ["hidden"], transB=1),
        helper.make_node("Relu", ["hidden"], ["positive"]),
        helper.make_node("Gemm", ["positive", "second.weight", "second.bias"], ["z"], transB=1),
        helper.make_node("Sub", ["x", "y"], ["difference"]),
    ]
    real = TensorProto.FLOAT
    inputs = [border("x", real, "batch", 4), border("y", real, "batch", 4)]
    outputs = [border("z", real, "batch", 3), border("difference", real, "batch", 4)]
    write_onnx(path, nodes, inputs, outputs, constants)


if __name__ == "__main__":
    write_executorch(Path(sys.argv[1]))
    write_onnxruntime(Path(sys.argv[1]))
