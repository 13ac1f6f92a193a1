"""PT2E quantisation for XNNPACK: observers in the captured graph, then integers in their place.

Source: executorch/backends/xnnpack/quantizer (1.5.1); what is repaired here is explained where it
stands.
"""

import warnings
from typing import Any

import torch

from sideload.errors import SchemeError
from sideload.runtimes import Captured
from sideload.runtimes._executorch_rewrite import rewritten
from sideload.runtimes._executorch_torchao import embedded
from sideload.runtimes._torch_export import dimensions, export, tensors
from sideload.schemes import Scheme


def quantized(captured: Captured, scheme: Scheme) -> Any:  # noqa: ANN401 - an exported program
    """The program with int8 weights by channel, and activations by measured ranges.

    Static ranges come from the calibration inputs; dynamic ones are measured at run time, and then
    linear layers alone are quantised.

    Raises:
        SchemeError: Static ranges are wanted and there are no calibration inputs.
    """
    from torchao.quantization.pt2e.quantize_pt2e import convert_pt2e, prepare_pt2e

    subject = captured.subject
    if scheme.calibrated and not subject.calibration:
        raise SchemeError(
            f"{subject.name} brings no calibration inputs, which {scheme.name} needs",
            remedy="return `calibration` from the model's function, or --precision pt2e_dynamic",
        )
    # What is measured at run time needs one sample to set the observers up, whatever it holds.
    samples = subject.calibration if scheme.calibrated else (subject.examples,)
    program = captured.program
    if scheme.embedding_bits:
        program = export(embedded(captured, scheme), tensors(subject), dimensions(subject))
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        graph = rewritten(program).module(check_guards=False)
        prepared = prepare_pt2e(graph, _quantizer(dynamic=not scheme.calibrated))
        for sample in samples:
            prepared(*(torch.from_numpy(sample[name].copy()) for name in subject.examples))
        converted = convert_pt2e(prepared)
    return export(converted, tensors(subject), dimensions(subject))


def _quantizer(*, dynamic: bool) -> Any:  # noqa: ANN401
    from executorch.backends.xnnpack.quantizer.xnnpack_quantizer import (
        XNNPACKQuantizer,
        get_symmetric_quantization_config,
    )

    scalars = (torch.ops.aten.add.Tensor, torch.ops.aten.mul.Tensor)

    class IndexSafeQuantizer(XNNPACKQuantizer):
        """Leaves integer arithmetic alone.

        The base class turns every Python scalar of an addition into a float tensor, which makes
        position indices floating point and breaks the embedding that reads them.
        """

        def transform_for_annotation(self, model: Any) -> Any:  # noqa: ANN401
            kept = [
                (node, node.args)
                for node in model.graph.nodes
                if node.op == "call_function"
                and node.target in scalars
                and not node.meta["val"].dtype.is_floating_point
            ]
            model = super().transform_for_annotation(model)
            for node, args in kept:
                node.args = args
            model.graph.eliminate_dead_code()
            model.recompile()
            return model

    config = get_symmetric_quantization_config(is_per_channel=True, is_dynamic=dynamic)
    quantizer = IndexSafeQuantizer()
    if dynamic:
        # By operator and not by module, because a graph from a .pt2 file has no modules.
        return quantizer.set_operator_type(torch.ops.aten.linear.default, config)
    return quantizer.set_global(config)
