import pytest

from sideload.errors import DelegationError
from sideload.runtimes import _delegation
from sideload.values import Delegation


def left(**operators: int) -> Delegation:
    named = {name.replace("__", "."): count for name, count in operators.items()}
    return Delegation(
        backends=("XnnpackBackend",),
        delegated=9,
        portable=sum(operators.values()),
        portable_operators=named,
    )


@pytest.mark.parametrize(
    "operator",
    [
        "aten__convolution__default",
        "aten__linear__default",
        "aten__mm__default",
        "aten__bmm__default",
        "aten__addmm__default",
    ],
)
def test_heavy_arithmetic_on_portable_kernels_is_refused_by_name_and_count(operator: str) -> None:
    with pytest.raises(DelegationError) as caught:
        _delegation.check(left(**{operator: 3}), "xnnpack", subject="toy at int8")

    assert f"toy at int8: xnnpack left 3 × {operator.replace('__', '.')}" in caught.value.problem


def test_what_only_moves_or_adds_numbers_may_stay() -> None:
    found = left(
        aten__view_copy__default=60,
        aten__native_layer_norm__default=13,
        aten__upsample_bilinear2d__vec=4,
        mul=1,
    )

    _delegation.check(found, "xnnpack", subject="toy")
