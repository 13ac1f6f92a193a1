"""`python make_models.py FOLDER`: the small models that the runners are tried on, in both formats.

A program of its own, so that the tests themselves import neither torch nor a runtime.
"""

import os
import sys
from pathlib import Path

os.environ["ORT_DISABLE_TELEMETRY"] = "1"

import onnx
import torch
from executorch.backends.xnnpack.partition.xnnpack_partitioner import XnnpackPartitioner
from executorch.exir import to_edge_transform_and_lower
from onnx import TensorProto, helper

DTYPES = {
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
LEAST_NONCONSTANT = 2


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
        return self.convolution(x).contiguous(memory_format=torch.channels_last)


class Scalars(torch.nn.Module):
    """A scalar output, and the size of an axis as a plain number."""

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, int]:
        return x.sum(), x.shape[0]


def lower(program, path, partitioners=(), methods=None):
    """Write the program as a .pte."""
    edge = to_edge_transform_and_lower(methods or program, partitioner=list(partitioners))
    path.write_bytes(edge.to_executorch().buffer)


def export(module, examples, dynamic=None):
    """Capture the module."""
    return torch.export.export(module.eval(), examples, dynamic_shapes=dynamic)


def executorch(folder):
    """Every .pte."""
    batch = torch.export.Dim("batch", min=1, max=8)
    pair = (torch.ones(2, 4), torch.ones(2, 4))
    mlp = export(Mlp(), pair, {"x": {0: batch}, "y": {0: batch}})
    lower(mlp, folder / "mlp.pte", [XnnpackPartitioner()])
    for name, (dtype, _) in DTYPES.items():
        lower(export(Same(), (torch.ones(2, 3).to(dtype),)), folder / f"same_{name}.pte")
    picture = torch.ones(1, 3, 2, 5).contiguous(memory_format=torch.channels_last)
    lower(export(Picture(), (picture,)), folder / "picture.pte")
    scalars = export(Scalars(), (torch.ones(3),), {"x": {0: torch.export.Dim("n", max=8)}})
    lower(scalars, folder / "scalars.pte")
    lower(None, folder / "encoder.pte", methods={"encode": export(Same(), (torch.ones(2, 3),))})


def write_onnx(nodes, inputs, outputs, constants, path):
    """Write a checked graph as an .onnx of opset 20."""
    graph = helper.make_graph(nodes, "graph", inputs, outputs, constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10)
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, path)


def tensor(name, dtype, shape):
    """One border of a graph."""
    return helper.make_tensor_value_info(name, dtype, shape)


def onnxruntime(folder):
    """Every .onnx."""
    mlp = Mlp()
    weights = {name: value.detach().numpy() for name, value in mlp.named_parameters()}
    constants = [onnx.numpy_helper.from_array(value, name) for name, value in weights.items()]
    nodes = [
        helper.make_node("Add", ["x", "y"], ["sum"]),
        helper.make_node("Gemm", ["sum", "first.weight", "first.bias"], ["hidden"], transB=1),
        helper.make_node("Relu", ["hidden"], ["positive"]),
        helper.make_node("Gemm", ["positive", "second.weight", "second.bias"], ["z"], transB=1),
        helper.make_node("Sub", ["x", "y"], ["difference"]),
    ]
    real = TensorProto.FLOAT
    inputs = [tensor("x", real, ["batch", 4]), tensor("y", real, ["batch", 4])]
    outputs = [tensor("z", real, ["batch", 3]), tensor("difference", real, ["batch", 4])]
    write_onnx(nodes, inputs, outputs, constants, folder / "mlp.onnx")
    for name, (_, dtype) in DTYPES.items():
        node = helper.make_node("Concat", ["x", "x"], ["z"], axis=0)
        ends = ([tensor("x", dtype, [2, 3])], [tensor("z", dtype, [4, 3])])
        write_onnx([node], *ends, [], folder / f"same_{name}.onnx")
    node = helper.make_node("StringNormalizer", ["x"], ["z"], case_change_action="UPPER")
    ends = ([tensor("x", TensorProto.STRING, [1])], [tensor("z", TensorProto.STRING, [1])])
    write_onnx([node], *ends, [], folder / "text.onnx")


if __name__ == "__main__":
    target = Path(sys.argv[1])
    executorch(target)
    onnxruntime(target)
