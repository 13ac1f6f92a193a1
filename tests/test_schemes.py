import pytest

from sideload import schemes
from sideload.errors import SchemeError
from sideload.measure import limits


@pytest.mark.parametrize("runtime", ["executorch", "onnxruntime"])
@pytest.mark.parametrize("precision", schemes.PRECISIONS)
def test_every_precision_means_something_on_every_runtime(runtime: str, precision: str) -> None:
    found = schemes.candidates(runtime, precision)

    assert {scheme.precision for scheme in found} == {precision}


@pytest.mark.parametrize(
    ("runtime", "name"),
    [(scheme.runtime, scheme.name) for scheme in (*schemes.EXECUTORCH, *schemes.ONNXRUNTIME)],
)
def test_every_scheme_can_be_asked_for_by_name(runtime: str, name: str) -> None:
    found = schemes.candidates(runtime, name)

    assert name in {scheme.name for scheme in found}
    assert schemes.known(name)


@pytest.mark.parametrize(("runtime", "name"), schemes.REFUSED)
def test_what_is_silently_wrong_is_refused_with_the_measured_reason(
    runtime: str, name: str
) -> None:
    with pytest.raises(SchemeError, match="measured cosine") as caught:
        schemes.candidates(runtime, name)

    assert "--precision int" in caught.value.remedy


def test_an_unknown_name_is_refused_with_those_there_are() -> None:
    with pytest.raises(SchemeError, match="no precision or scheme called 'int3'") as caught:
        schemes.candidates("onnxruntime", "int3")

    assert "int4, int8, matmul_nbits_4" in caught.value.remedy
    assert not schemes.known("int3")


def test_the_schemes_of_one_runtime_are_not_those_of_another() -> None:
    with pytest.raises(SchemeError, match="onnxruntime has no precision or scheme"):
        schemes.candidates("onnxruntime", "8da4w")


def test_every_scheme_has_limits_and_says_what_it_is() -> None:
    for scheme in (*schemes.EXECUTORCH, *schemes.ONNXRUNTIME):
        assert limits.default(scheme.precision).cosine > 0
        assert scheme.summary
