"""A `sideload.Model` that a user's function returned, made into a subject or refused."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import torch

from sideload.errors import InputsError, SourceError
from sideload.sources import _arrays, _inputs, _made_up, _methods, _outputs
from sideload.sources._model import Method, Model
from sideload.sources._modules import Border, adapted, parameters_of, settled, tensor_names
from sideload.sources._usercode import UserFunction
from sideload.values import Subject

if TYPE_CHECKING:
    from sideload.values import Arrays

MOST: Final = 10_000
PAIR: Final = 2
REMEDY: Final = "return (module, example_inputs) or sideload.Model(module=…, inputs=…)"


def model(returned: object, user: UserFunction) -> Model:
    """What the function returned, as a `Model`.

    Raises:
        SourceError: It is something else.
    """
    if isinstance(returned, Model):
        return returned
    if isinstance(returned, Mapping):
        known = [one.name for one in fields(Model)]
        unknown = [str(key) for key in returned if key not in known]
        if unknown or not {"module", "inputs"} <= set(returned):
            wrong = f"the unknown key {unknown[0]!r}" if unknown else "no 'module' and 'inputs'"
            raise SourceError(
                f"{user.place} returned a dictionary with {wrong}",
                remedy=f"use the keys {', '.join(known)}; only module and inputs are needed",
            )
        return Model(**returned)
    if isinstance(returned, tuple) and len(returned) == PAIR:
        return Model(module=returned[0], inputs=returned[1])
    raise SourceError(
        f"{user.place} returned {_arrays.described(returned)}, not a model with its inputs",
        remedy=REMEDY,
    )


def subject(given: Model, user: UserFunction, name: str, *, dynamic: bool) -> Subject:
    """The subject that `given` describes, after running it once on its example inputs.

    Raises:
        SourceError: A part of it is wrong; the message names the function and its line.
    """
    try:
        return _subject(given, user.file, name, dynamic=dynamic)
    except InputsError as error:
        raise SourceError(f"{user.place}: {error.problem}", remedy=error.remedy) from error
    except SourceError as error:
        raise SourceError(f"{user.place}: {error.problem}", remedy=error.remedy) from error


def _subject(given: Model, file: Path, name: str, *, dynamic: bool) -> Subject:
    module = _module(given.module)
    first = _called(module, given, file, Call(name=name, dynamic=dynamic, labels=given.labels))
    others = _methods.checked(given.methods, module)
    return replace(
        first,
        methods=tuple(
            _called(module, one, file, Call(name=method, dynamic=dynamic, method=method))
            for method, one in others.items()
        ),
    )


@dataclass(frozen=True, kw_only=True)
class Call:
    """One way to call a module: `forward`, or the `method` of that name."""

    name: str
    dynamic: bool
    method: str = ""
    labels: Iterable[str] = ()


def _called(module: torch.nn.Module, given: Model | Method, file: Path, call: Call) -> Subject:
    what = f"methods[{call.method!r}].inputs" if call.method else "inputs"
    examples = _arrays.by_name(given.inputs, tensor_names(module, call.method), what)
    if not examples:
        raise SourceError(f"{what} is empty", remedy="give one example for each input of forward")
    axes = _outputs.dynamic_axes(given.dynamic, examples) if call.dynamic else {}
    bordered = _bordered(module, tuple(examples), call.method)
    first = _outputs.tried(bordered, examples, file)
    bordered, names = _outputs.flat(bordered, first, tuple(given.outputs), tuple(examples))
    made = Subject(
        name=call.name,
        module=bordered,
        examples=_inputs.widened(examples, axes),
        output_names=names,
        dynamic=axes,
        labels=_outputs.labels(call.labels, first),
        kind="python",
    )
    return _with_data(made, given, examples)


def _module(value: object) -> torch.nn.Module:
    if not isinstance(value, torch.nn.Module):
        hint = "call its class to make one" if isinstance(value, type) else REMEDY
        raise SourceError(
            f"module is {_arrays.described(value)}, not a torch.nn.Module", remedy=hint
        )
    weights = [*value.parameters(), *value.buffers()]
    if any(weight.is_meta for weight in weights):
        raise SourceError(
            "some weights are on the meta device, so they have no values",
            remedy="load the weights before returning the module",
        )
    return settled(value)


def _bordered(module: torch.nn.Module, names: tuple[str, ...], method: str) -> torch.nn.Module:
    """`module` so that its inputs can be given by position in the order of `names`."""
    in_order = tensor_names(module, method)
    as_they_come = in_order is not None and in_order[: len(names)] == names
    if as_they_come and not method:
        return module
    keywords = in_order is not None and not as_they_come
    known = all(name in parameters_of(module, method) for name in names)
    return adapted(module, Border(names=names, keywords=keywords and known, method=method))


def _with_data(made: Subject, given: Model | Method, examples: "Arrays") -> Subject:
    """`made` with its samples; where the user gave none, variations of the example stand in."""
    calibration = _samples(made, given.calibration, "calibration")
    evaluation = _samples(made, given.evaluation, "evaluation")
    classes = given.expected if isinstance(given, Model) else ()
    expected = tuple(_class(value) for value in _listed(classes, "expected"))
    if expected and len(expected) != len(evaluation):
        raise SourceError(
            f"expected has {len(expected)} classes for {len(evaluation)} evaluation inputs",
            remedy="give one class index for each evaluation input",
        )
    stand_in, words = _made_up.stand_in(examples)
    data = given.data or "evaluation inputs of the model's own function"
    if not evaluation:
        own = "the calibration inputs" if calibration else words
        data = given.data or f"{own} of the model's own function"
    fields_made = {
        "calibration": calibration or stand_in,
        "evaluation": evaluation or calibration or stand_in,
        "expected": expected,
        "data": str(data),
    }
    return Subject(**{**vars(made), **fields_made})


def _samples(made: Subject, given: Iterable[Any], what: str) -> "tuple[Arrays, ...]":
    return tuple(
        _inputs.fitted(
            made,
            _arrays.by_name(sample, tuple(made.examples), f"{what}[{index}]"),
            f"{what}[{index}]",
        )
        for index, sample in enumerate(_listed(given, what))
    )


def _listed(given: Iterable[Any], what: str) -> list[Any]:
    if isinstance(given, str | bytes | Mapping) or not isinstance(given, Iterable):
        raise SourceError(
            f"{what} is {_arrays.described(given)}, not a list", remedy=f"give a list as {what}"
        )
    made = list(islice(given, MOST + 1))
    if len(made) > MOST:
        raise SourceError(
            f"{what} has more than {MOST} entries", remedy="a few hundred measure as well"
        )
    return made


def _class(value: Any) -> int:  # noqa: ANN401 - an int, or something of numpy or torch like one
    try:
        return int(value.item() if hasattr(value, "item") else value)
    except (TypeError, ValueError) as error:
        raise SourceError(
            f"expected holds {_arrays.described(value)}, not a class index",
            remedy="give whole numbers, one for each evaluation input",
        ) from error
