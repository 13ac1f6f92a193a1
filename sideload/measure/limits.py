"""What parity must reach at each precision where a target does not say.

Measured on trained models: `docs/decisions/0003-schemes.md` holds the figures behind each row.
"""

from collections.abc import Mapping
from typing import Final

from sideload.values import Limits

DEFAULTS: Final[Mapping[str, Limits]] = {
    "float32": Limits(cosine=0.9999, sqnr_db=50.0, metric_loss=0.0),
    "float16": Limits(cosine=0.999, sqnr_db=35.0, metric_loss=0.005),
    "int8": Limits(cosine=0.98, sqnr_db=12.0, metric_loss=0.01),
    "int4": Limits(cosine=0.90, sqnr_db=7.0, metric_loss=0.03),
}

# The same file gives the same answers everywhere but for the last bits: other kernels, other order.
DEVICE: Final = Limits(cosine=0.999, sqnr_db=30.0, metric_loss=0.0)


def default(precision: str) -> Limits:
    """The limits of a precision (not of a scheme: a `Scheme` knows its precision)."""
    return DEFAULTS[precision]
