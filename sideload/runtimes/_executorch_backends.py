"""What ExecuTorch can lower to, what each backend took, and whether the written file says so."""

import contextlib
import gc
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from sideload.errors import LoweringError, MissingPackageError, SchemeError, SideloadError
from sideload.runtimes._executorch_passes import needed
from sideload.schemes import Scheme

RUN_HERE: Final = frozenset({"XnnpackBackend"})
DELEGATES: Final = {
    "xnnpack": "XnnpackBackend",
    "coreml": "CoreMLBackend",
    "vulkan": "VulkanBackend",
}
MESSAGE_CHARACTERS: Final = 600
FLOATING: Final = frozenset({"float32", "float16"})


def refuse_unfit(backend: str, scheme: Scheme) -> None:
    """Refuse a scheme that a backend cannot carry.

    Raises:
        SchemeError: Core ML and Vulkan files are made in floating point only.
    """
    if backend not in DELEGATES:
        raise SchemeError(
            f"ExecuTorch has no backend called {backend!r} here",
            remedy=f"use one of {', '.join(DELEGATES)}",
        )
    if backend != "xnnpack" and scheme.name not in FLOATING:
        raise SchemeError(
            f"{scheme.name} quantises for XNNPACK, which {backend} does not read",
            remedy=f"use float32 or float16 with {backend}, or the backend xnnpack",
        )


def partitioned(programs: Mapping[str, Any], backend: str, scheme: Scheme) -> Any:  # noqa: ANN401
    """The programs by method in edge form, with the parts that `backend` takes handed to it."""
    from executorch.exir import EdgeCompileConfig, to_edge_transform_and_lower

    passes = {name: needed(program, scheme) for name, program in programs.items()}
    with _refusals("lower"):
        return to_edge_transform_and_lower(
            dict(programs),
            partitioner={name: _partitioners(backend, scheme) for name in programs},
            transform_passes={name: found for name, found in passes.items() if found} or None,
            compile_config=EdgeCompileConfig(_check_ir_validity=False),
        )


def _partitioners(backend: str, scheme: Scheme) -> list[Any]:
    if backend == "coreml":
        return [_coreml(scheme)]
    if backend == "vulkan":
        from executorch.backends.vulkan.partitioner.vulkan_partitioner import VulkanPartitioner

        return [VulkanPartitioner({"force_fp16": scheme.name == "float16"})]
    return [_xnnpack()]


def _xnnpack() -> Any:  # noqa: ANN401
    from executorch.backends.xnnpack.partition.config import ALL_PARTITIONER_CONFIGS
    from executorch.backends.xnnpack.partition.config.generic_node_configs import (
        UnsqueezeCopyConfig,
    )
    from executorch.backends.xnnpack.partition.xnnpack_partitioner import XnnpackPartitioner

    class CarefulUnsqueeze(UnsqueezeCopyConfig):
        """Leaves alone what XNNPACK refuses once it has it: two open axes in one reshape."""

        def check_constraints(self, node: Any, ep: Any) -> bool:  # noqa: ANN401
            closed = [isinstance(size, int) for size in node.meta["val"].shape]
            return closed.count(False) <= 1 and super().check_constraints(node, ep)

    return XnnpackPartitioner(
        configs=[
            CarefulUnsqueeze if config is UnsqueezeCopyConfig else config
            for config in ALL_PARTITIONER_CONFIGS
        ]
    )


def _coreml(scheme: Scheme) -> Any:  # noqa: ANN401
    try:
        import coremltools
        from executorch.backends.apple.coreml.compiler import CoreMLBackend
        from executorch.backends.apple.coreml.partition import CoreMLPartitioner
    except ImportError as error:
        raise MissingPackageError("coremltools", "coreml") from error
    precision = coremltools.precision
    return CoreMLPartitioner(
        compile_specs=CoreMLBackend.generate_compile_specs(
            compute_precision=precision.FLOAT16 if scheme.name == "float16" else precision.FLOAT32,
            compute_unit=coremltools.ComputeUnit.ALL,
            minimum_deployment_target=coremltools.target.iOS17,
        )
    )


def write(edge: Any, scheme: Scheme, path: Path) -> None:  # noqa: ANN401 - the lowered program
    """Finish `edge` and write it to `path`, without holding the whole file in memory."""
    import executorch.kernels.quantized  # noqa: F401 - registers the out variants
    from executorch.exir import ExecutorchBackendConfig

    # Quantised embeddings exist only after constants were folded.
    config = ExecutorchBackendConfig(do_quant_fusion_and_const_prop=bool(scheme.embedding_bits))
    with path.open("wb") as file, _refusals("finish"):
        edge.to_executorch(config).write_to_file(file)


@contextlib.contextmanager
def uncollected() -> Iterator[None]:
    """No garbage collection: lowering makes millions of objects that live to its end.

    Measured on sentence embeddings: 17 % of the time.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


@contextlib.contextmanager
def _refusals(verb: str) -> Iterator[None]:
    try:
        yield
    except SideloadError:
        raise
    except Exception as error:
        # What ExecuTorch raises is of any class, and mostly about a single operator.
        lines = [line.strip() for line in str(error).splitlines() if line.strip()]
        raise LoweringError(
            f"ExecuTorch cannot {verb} the program: {type(error).__name__}: "
            f"{' '.join(lines)[:MESSAGE_CHARACTERS]}",
            remedy="--runtime onnxruntime, or `dynamic: false` in the target where open axes are "
            "the trouble",
        ) from error
