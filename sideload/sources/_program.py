"""A `.pt2` archive made into a subject, with care: it may hold pickles, and come from anywhere."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import torch
from torch.utils import _pytree as pytree

from sideload.errors import BadModelFileError, SourceError
from sideload.sources import _arrays, _inputs, _made_up, _outputs, _zipped
from sideload.sources._modules import Border, Unflattened, adapted
from sideload.values import Dimension, Subject

# torch.load then refuses everything in a pickle but tensors, even where its caller would not.
ONLY_WEIGHTS: Final = "TORCH_FORCE_WEIGHTS_ONLY_LOAD"
LARGEST: Final = 2**31


def subject(file: Path, name: str, *, dynamic: bool) -> Subject:
    """The saved program as a module that is captured anew, with the same names and open axes.

    Raises:
        BadModelFileError: It is corrupt, truncated, empty, or of another version.
        SourceError: It takes or gives something else than tensors.
    """
    _zipped.check(file)
    program = _loaded(file)
    names = tuple(program.graph_signature.user_inputs)
    wanted = _wanted(program, names, file)
    examples = _examples(program, names) or _made_up.samples(wanted)[0]
    axes = _made_up.dynamic(wanted) if dynamic else {}
    border = Border(names=names)
    nest = program.call_spec.in_spec
    module = adapted(program.module(check_guards=False), border, Unflattened, nest=nest)
    first = _outputs.tried(module, examples, file)
    outputs = _output_names(program, len(first))
    _, outputs = _outputs.flat(module, first, outputs, names)
    given = program.example_inputs is not None
    samples, words = _made_up.stand_in(examples)
    if not given:
        samples, words = _made_up.samples(wanted), _made_up.DATA
    half = len(samples) // 2
    return Subject(
        name=name,
        module=module,
        examples=_inputs.widened(examples, axes),
        output_names=outputs,
        dynamic=axes,
        calibration=samples[:half],
        evaluation=samples[half:],
        data=f"{words} saved in the file" if given else words,
        kind="program",
    )


@contextmanager
def _only_weights() -> Iterator[None]:
    before = os.environ.get(ONLY_WEIGHTS)
    os.environ[ONLY_WEIGHTS] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ[ONLY_WEIGHTS]
        else:
            os.environ[ONLY_WEIGHTS] = before


def _loaded(file: Path) -> Any:  # noqa: ANN401 - an ExportedProgram, whose parts have no types
    with _only_weights():
        try:
            return torch.export.load(file)
        except Exception as error:
            lines = str(error).strip().splitlines() or [type(error).__name__]
            raise BadModelFileError(
                f"{file.name} is not a program that torch {torch.__version__} reads: "
                f"{lines[0][:300]}",
                remedy="save it again with torch.export.save and this version of torch",
            ) from error


def _wanted(program: Any, names: tuple[str, ...], file: Path) -> Mapping[str, _made_up.Wanted]:  # noqa: ANN401
    """The inputs by name, with an open axis wherever the program has a symbol."""
    nodes = {node.name: node for node in program.graph.nodes}
    symbols: dict[str, Dimension] = {}
    made = {}
    for name in names:
        value: Any = nodes[name].meta.get("val") if name in nodes else None
        dtype = str(getattr(value, "dtype", type(value).__name__)).removeprefix("torch.")
        if dtype not in _arrays.CARRIED:
            raise SourceError(
                f"{file.name} takes {name} as {dtype}, which no runtime takes as an input",
                remedy="export it again with tensors of plain dtypes as its only inputs",
            )
        shape = tuple(
            size if isinstance(size, int) else _dimension(size, name, axis, symbols, program)
            for axis, size in enumerate(value.shape)
        )
        made[name] = _made_up.Wanted(dtype=dtype, shape=shape)
    return made


def _dimension(
    size: Any,  # noqa: ANN401 - a symbol of torch
    name: str,
    axis: int,
    symbols: dict[str, Dimension],
    program: Any,  # noqa: ANN401
) -> Dimension:
    """The axis that a symbol stands for; two axes of one symbol are one dimension."""
    expression = size.node.expr
    if not expression.is_symbol:
        raise SourceError(
            f"axis {axis} of {name} is {expression}, which follows from another axis",
            remedy="export it again with axes that are fixed or free by themselves",
        )
    title = "batch" if axis == 0 else f"{name}_{axis}"
    bounds = program.range_constraints.get(expression)
    least = max(1, int(bounds.lower)) if bounds is not None else 1
    most = int(bounds.upper) if bounds is not None and bounds.upper < LARGEST else None
    return symbols.setdefault(str(expression), Dimension(name=title, min=least, max=most))


def _examples(program: Any, names: tuple[str, ...]) -> dict[str, _arrays.Array]:  # noqa: ANN401
    """The inputs that the program was exported with; empty where it was saved without."""
    if program.example_inputs is None:
        return {}
    leaves = pytree.tree_leaves(program.example_inputs)
    if len(leaves) != len(names):
        return {}
    return {name: _arrays.array(one, name) for name, one in zip(names, leaves, strict=True)}


def _output_names(program: Any, count: int) -> tuple[str, ...]:  # noqa: ANN401
    """The keys where the program answers with one flat mapping; numbered names otherwise."""
    spec = program.call_spec.out_spec
    keys = spec.context if spec is not None and spec.type is dict else None
    if isinstance(keys, list) and len(keys) == count:
        return tuple(str(key) for key in keys)
    return ()
