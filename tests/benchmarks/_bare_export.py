"""`python -m tests.benchmarks._bare_export FOLDER MODEL…`: the official calls, and nothing else.

What somebody would write who knows every call by heart: no checks, no comparison with PyTorch, no
signature, nothing kept. The models and their data are those of the road, so that the work is equal.
"""

import sys
import warnings
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import torch
from executorch.backends.xnnpack.partition.xnnpack_partitioner import XnnpackPartitioner
from executorch.backends.xnnpack.quantizer.xnnpack_quantizer import (
    XNNPACKQuantizer,
    get_symmetric_quantization_config,
)
from executorch.exir import to_edge_transform_and_lower
from onnxruntime.quantization import (
    QuantFormat,
    QuantType,
    quantize_dynamic,
    quantize_static,
)
from torchao.quantization.pt2e.quantize_pt2e import convert_pt2e, prepare_pt2e

from sideload import models
from sideload.values import Subject

OPSET: Final = 20


class Readings:
    """Calibration inputs, one after another."""

    def __init__(self, samples: Sequence[Mapping[str, Any]]) -> None:
        self._samples = iter(samples)

    def get_next(self) -> Mapping[str, Any] | None:
        """The next sample, or nothing at the end."""
        return next(self._samples, None)


def main(folder: Path, names: Sequence[str]) -> None:
    """Write four files for each model: two runtimes, float32 and int8."""
    warnings.simplefilter("ignore")
    for name in names:
        subject = models.get(name)(dynamic=True)
        with torch.no_grad():
            program = _export(subject, subject.module)
            _executorch(program, folder / f"{name}.pte")
            _executorch(_export(subject, _pt2e(subject, program)), folder / f"{name}.int8.pte")
            _onnx(subject, program, folder / f"{name}.onnx")


def _export(subject: Subject, module: torch.nn.Module) -> torch.export.ExportedProgram:
    axes: dict[str, Any] = {}
    shapes = tuple(
        {
            axis: axes.setdefault(one.name, torch.export.Dim(one.name, min=one.min, max=one.max))
            for axis, one in subject.dynamic.get(name, {}).items()
        }
        for name in subject.examples
    )
    return torch.export.export(module, tuple(_tensors(subject.examples)), dynamic_shapes=shapes)


def _executorch(program: torch.export.ExportedProgram, path: Path) -> None:
    edge = to_edge_transform_and_lower(program, partitioner=[XnnpackPartitioner()])
    with path.open("wb") as file:
        edge.to_executorch().write_to_file(file)


class IntegersKept(XNNPACKQuantizer):
    """Without this, MiniLM's position indices become floating point and it cannot be calibrated."""

    def transform_for_annotation(self, model: torch.fx.GraphModule) -> torch.fx.GraphModule:
        """Undo what the base class does to sums of integers."""
        scalars = (torch.ops.aten.add.Tensor, torch.ops.aten.mul.Tensor)
        sums = [node for node in model.graph.nodes if node.target in scalars]
        kept = [(one, one.args) for one in sums if not one.meta["val"].dtype.is_floating_point]
        changed: torch.fx.GraphModule = super().transform_for_annotation(model)
        for node, args in kept:
            node.args = args
        changed.recompile()
        return changed


def _pt2e(subject: Subject, program: torch.export.ExportedProgram) -> torch.nn.Module:
    quantizer, samples = IntegersKept(), subject.calibration
    if subject.kind == "conv":
        quantizer.set_global(get_symmetric_quantization_config(is_per_channel=True))
    else:
        config = get_symmetric_quantization_config(is_per_channel=True, is_dynamic=True)
        quantizer.set_operator_type(torch.ops.aten.linear.default, config)
        samples = samples[:1]
    prepared = prepare_pt2e(program.module(check_guards=False), quantizer)
    for sample in samples:
        prepared(*_tensors(sample))
    converted: torch.nn.Module = convert_pt2e(prepared)
    return converted


def _onnx(subject: Subject, program: torch.export.ExportedProgram, path: Path) -> None:
    written = torch.onnx.export(program, dynamo=True, opset_version=OPSET, verbose=False)
    if written is None:
        raise AssertionError("asked for a program, not for a file")
    written.save(path)
    quantised = path.with_suffix(".int8.onnx")
    if subject.kind == "conv":
        quantize_static(
            path,
            quantised,
            Readings(subject.calibration),
            quant_format=QuantFormat.QDQ,
            per_channel=True,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
        )
    else:
        quantize_dynamic(path, quantised, per_channel=True, weight_type=QuantType.QInt8)


def _tensors(sample: Mapping[str, Any]) -> Iterator[torch.Tensor]:
    return (torch.from_numpy(array) for array in sample.values())


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
