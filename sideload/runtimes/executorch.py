"""ExecuTorch: `.pte` files for XNNPACK, Core ML and Vulkan.

Source of the calls: ExecuTorch 1.5.1's own `to_edge_transform_and_lower`; what they cost and where
they are silently wrong was measured and stands in `docs/decisions/0003-schemes.md`.
"""

from collections.abc import Sequence
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final

from sideload.errors import SchemeError
from sideload.runtimes import Captured, Lowered, Runtime, _delegation
from sideload.runtimes import _executorch_backends as backends
from sideload.runtimes import _executorch_file as file
from sideload.runtimes import _executorch_quantize as quantize
from sideload.runtimes import _executorch_run as run
from sideload.schemes import Scheme, candidates
from sideload.values import Method, Signature

if TYPE_CHECKING:
    from sideload.runtimes import Call


class ExecuTorch:
    """Lowers through `to_edge_transform_and_lower`; runs what XNNPACK and the CPU kernels can."""

    suffix: ClassVar[str] = ".pte"
    packages: ClassVar[tuple[str, ...]] = ("torch", "executorch", "torchao")
    backends: ClassVar[tuple[str, ...]] = tuple(backends.DELEGATES)

    def candidates(self, captured: Captured, asked: str) -> Sequence[Scheme]:
        """Static quantisation for convolutions, dynamic for the rest; then what loses less."""
        if captured.program is None:
            raise SchemeError(
                f"{captured.subject.name} is an ONNX file, which ExecuTorch cannot lower",
                remedy="--runtime onnxruntime, or give the PyTorch model it was made from",
            )
        found = {scheme.name: scheme for scheme in candidates("executorch", asked)}
        if len(found) == 1:
            return tuple(found.values())
        order = [found[name] for name in quantize.preferred(captured, asked)]
        if order[0].calibrated and not captured.subject.calibration:
            raise SchemeError(
                f"{captured.subject.name} is made of convolutions, which need calibration inputs",
                remedy="return `calibration` from the model's function, or --inputs FILE.npz",
            )
        return tuple(order)

    def lower(self, captured: Captured, scheme: Scheme, backend: str, path: Path) -> Lowered:
        """Quantise, partition for `backend`, and write the `.pte`; see the protocol.

        Raises:
            DelegationError: XNNPACK left convolutions or matrix products to portable kernels.
            LoweringError: ExecuTorch itself refuses the program.
        """
        backends.refuse_unfit(backend, scheme)
        programs, plain = quantize.programs(captured, scheme)
        with backends.uncollected():
            edge = backends.partitioned(programs, backend, scheme)
            delegation = _delegation.counted(edge)
            if backend == "xnnpack":
                _delegation.check(
                    delegation, backend, subject=f"{captured.subject.name} at {scheme.name}"
                )
            backends.write(edge, scheme, path)
        file.check(path, captured.signature, backends.DELEGATES[backend])
        unproven = f"{backend} cannot run on this machine: checked by structure only"
        notes = (*captured.notes, *plain, *(() if backend == "xnnpack" else (unproven,)))
        return Lowered(
            path=path,
            signature=captured.signature,
            delegation=delegation,
            notes=notes,
            least_runtime=_least_runtime(),
        )

    def load(self, path: Path, signature: Signature | Method) -> "Call | None":
        """A callable over the runtime's own Python binding; None for backends of phones only.

        Raises:
            BadModelFileError: The file is no program, truncated or corrupt.
        """
        method = signature.name if isinstance(signature, Method) else file.FORWARD
        if file.methods(path)[method].backends - backends.RUN_HERE:
            return None
        return run.opened(path, [spec.name for spec in signature.inputs], method)


def _least_runtime() -> str:
    """The exporter's own version without its patch: later ones read its files, not earlier ones."""
    return ".".join(metadata.version("executorch").split(".")[:2])


ADAPTER: Final[Runtime] = ExecuTorch()
