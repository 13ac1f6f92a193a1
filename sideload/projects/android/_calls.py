"""How the benchmark app calls a generated class, with inputs whose sizes are chosen at run time."""

from typing import Final

from sideload.values import Dimension, Signature, TensorSpec

# By dtype; what is not here is carried by the class as it is, and has an array of its own name.
ARRAYS: Final = {
    "bool": "ByteArray",
    "float16": "ShortArray",
    "float32": "FloatArray",
    "float64": "DoubleArray",
    "int8": "ByteArray",
    "int16": "ShortArray",
    "int32": "IntArray",
    "int64": "LongArray",
    "uint8": "ByteArray",
}
# Enough of a sequence to be worth measuring.
USUAL: Final = 16


def context(signature: Signature) -> dict[str, object]:
    """What a template needs for a call: code in Kotlin, in which `sizes` are those of run time.

    `sizes` are usual ones, in the order in which the inputs name their axes, `arguments` those of
    the call, `arrays` the inputs where they are arrays, `passed` what the call makes of them, and
    `answers` what comes back.
    """
    sizes = sizes_of(signature.inputs)
    places = {name: f"sizes[{index}]" for index, name in enumerate(sizes)}
    return {
        "sizes": tuple(sizes.values()),
        "arguments": tuple(places.values()),
        "arrays": tuple(_array(spec, places) for spec in signature.inputs),
        "passed": tuple(
            _passed(spec, f"input{at}") for at, spec in enumerate(signature.inputs, start=1)
        ),
        "answers": tuple(_answer(spec, places) for spec in signature.outputs),
    }


def sizes_of(specs: tuple[TensorSpec, ...]) -> dict[str, int]:
    """A usual size for each axis that is chosen at run time, in the order of the inputs."""
    found: dict[str, int] = {}
    for one in (one for spec in specs for one in spec.shape if isinstance(one, Dimension)):
        wanted = 1 if one.name == "batch" else USUAL
        found.setdefault(one.name, max(one.min, min(wanted, one.max or wanted)))
    return found


def _array(spec: TensorSpec, places: dict[str, str]) -> str:
    sizes = [places[one.name] if isinstance(one, Dimension) else str(one) for one in spec.shape]
    count = " * ".join(sizes) or "1"
    if spec.dtype == "string":
        return f'Array({count}) {{ "" }}'
    return f"{ARRAYS[spec.dtype]}({count})"


def _passed(spec: TensorSpec, array: str) -> str:
    # A class takes a single value as it is, and booleans as what they are.
    if not spec.shape:
        return f"{array}[0] != 0.toByte()" if spec.dtype == "bool" else f"{array}[0]"
    return f"booleansOf({array})" if spec.dtype == "bool" else array


def _answer(spec: TensorSpec, places: dict[str, str]) -> dict[str, str]:
    # Sizes that no input tells are known when the answer is there, and then not taken from here.
    sizes = [
        f"{places.get(one.name, '0')}.toLong()" if isinstance(one, Dimension) else f"{one}L"
        for one in spec.shape
    ]
    return {"name": spec.name, "dtype": spec.dtype, "shape": f"longArrayOf({', '.join(sizes)})"}
