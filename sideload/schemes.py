"""Which numeric schemes exist for which runtime, and which are refused because they are wrong.

Measured on real models: `docs/decisions/0003-schemes.md` holds the figures behind each row.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sideload.errors import SchemeError

PRECISIONS: Final = ("float32", "float16", "int8", "int4")


@dataclass(frozen=True, kw_only=True)
class Scheme:
    """One way to store and compute numbers: its name, precision, and what it needs.

    `calibrated` schemes read the model's calibration inputs. `embedding_bits` is the width of
    quantised embedding tables, 0 where they stay in floating point.
    """

    name: str
    runtime: str
    precision: str
    calibrated: bool = False
    embedding_bits: int = 0
    summary: str = ""


EXECUTORCH: Final = (
    Scheme(name="float32", runtime="executorch", precision="float32", summary="as trained"),
    Scheme(
        name="float16",
        runtime="executorch",
        precision="float16",
        summary="half inside, float32 at the border",
    ),
    Scheme(
        name="pt2e_static",
        runtime="executorch",
        precision="int8",
        calibrated=True,
        summary="PT2E static, per channel",
    ),
    Scheme(
        name="pt2e_dynamic",
        runtime="executorch",
        precision="int8",
        summary="PT2E dynamic activations, per channel",
    ),
    Scheme(
        name="pt2e_dynamic_emb8",
        runtime="executorch",
        precision="int8",
        embedding_bits=8,
        summary="pt2e_dynamic with int8 embeddings",
    ),
    Scheme(
        name="8da8w",
        runtime="executorch",
        precision="int8",
        summary="torchao dynamic activations, int8 weights per channel",
    ),
    Scheme(
        name="8da8w_emb8",
        runtime="executorch",
        precision="int8",
        embedding_bits=8,
        summary="8da8w with int8 embeddings",
    ),
    Scheme(
        name="8da4w",
        runtime="executorch",
        precision="int4",
        summary="torchao dynamic activations, int4 weights in groups of 32",
    ),
    Scheme(
        name="8da4w_emb8",
        runtime="executorch",
        precision="int4",
        embedding_bits=8,
        summary="8da4w with int8 embeddings",
    ),
    Scheme(
        name="8da4w_emb4",
        runtime="executorch",
        precision="int4",
        embedding_bits=4,
        summary="8da4w with int4 embeddings",
    ),
)
ONNXRUNTIME: Final = (
    Scheme(name="float32", runtime="onnxruntime", precision="float32", summary="as trained"),
    Scheme(
        name="float16",
        runtime="onnxruntime",
        precision="float16",
        summary="half inside, float32 at the border",
    ),
    Scheme(
        name="dynamic",
        runtime="onnxruntime",
        precision="int8",
        summary="dynamic activations, int8 weights per channel",
    ),
    Scheme(
        name="qdq_static",
        runtime="onnxruntime",
        precision="int8",
        calibrated=True,
        summary="static QDQ, uint8 activations, int8 weights per channel",
    ),
    Scheme(
        name="qdq_static_heavy",
        runtime="onnxruntime",
        precision="int8",
        calibrated=True,
        summary="static QDQ on convolutions and matrix products only",
    ),
    Scheme(
        name="matmul_nbits_8",
        runtime="onnxruntime",
        precision="int8",
        embedding_bits=4,
        summary="MatMulNBits int8 blocks of 32, Gather int4",
    ),
    Scheme(
        name="matmul_nbits_4",
        runtime="onnxruntime",
        precision="int4",
        embedding_bits=4,
        summary="MatMulNBits int4 blocks of 32, Gather int4",
    ),
)
BY_RUNTIME: Final[Mapping[str, tuple[Scheme, ...]]] = {
    "executorch": EXECUTORCH,
    "onnxruntime": ONNXRUNTIME,
}
# Names that people ask for and that give a file without any error, and wrong answers.
REFUSED: Final[Mapping[tuple[str, str], str]] = {
    ("executorch", "weight_only_int8"): (
        "weight-only linear layers lower to XNNPACK without an error but lose their scales "
        "(measured cosine -0.02)"
    ),
    ("executorch", "weight_only_int4"): (
        "weight-only linear layers lower to XNNPACK without an error but lose their scales "
        "(measured cosine 0.01)"
    ),
    (
        "onnxruntime",
        "matmul_nbits_2",
    ): "two bits are too few: measured cosine 0.56 on sentence embeddings",
}


def known(name: str) -> bool:
    """Whether some runtime has a precision or scheme of that name."""
    return name in PRECISIONS or any(
        scheme.name == name for schemes in BY_RUNTIME.values() for scheme in schemes
    )


def candidates(runtime: str, name: str) -> tuple[Scheme, ...]:
    """The schemes of `runtime` that `name`, a precision or a scheme, can mean.

    Raises:
        SchemeError: No such name, or one that is known to give wrong answers.
    """
    refused = REFUSED.get((runtime, name))
    schemes = BY_RUNTIME[runtime]
    if refused is not None:
        precision = "int4" if name.endswith("4") else "int8"
        raise SchemeError(
            f"{name} is refused for {runtime}: {refused}",
            remedy=f"--precision {precision}, which picks a scheme that is right",
        )
    exact = tuple(s for s in schemes if s.name == name)
    found = exact or tuple(s for s in schemes if s.precision == name)
    if not found:
        names = sorted({*PRECISIONS, *(s.name for s in schemes)})
        raise SchemeError(
            f"{runtime} has no precision or scheme called {name!r}",
            remedy=f"use one of {', '.join(names)}",
        )
    return found
