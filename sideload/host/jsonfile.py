"""The frozen values of `sideload.values` as JSON text, and back, without loss.

Each text says what it holds, so a file of an older version or of another kind is never mistaken
for a good one: `{"schema": "sideload/1", "type": "Artifact", "value": {…}}`.
"""

from functools import cache
from typing import Any, Final, Literal, TypeVar, cast

from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model
from pydantic_core import ErrorDetails, PydanticSerializationError

from sideload.errors import HostFileError
from sideload.values import SCHEMA

T = TypeVar("T")
REMEDY: Final = "sideload clean, which removes what can be made again"
SHOWN_FAULTS: Final = 5
# Plain dataclasses take the configuration of the model they are nested in, at every depth.
# SQNR is infinite where nothing differs: as a constant it survives, as null it would not.
STRICT: Final = ConfigDict(extra="forbid", strict=True, ser_json_inf_nan="constants")


def dump(value: object) -> str:
    """Indented JSON text of a frozen value, ending in a newline.

    Raises:
        HostFileError: The value holds something that JSON cannot, such as an undecodable path.
    """
    kind: Any = type(value)
    sealed = _envelope(kind).model_construct(version=SCHEMA, type=kind.__name__, value=value)
    try:
        return sealed.model_dump_json(by_alias=True, indent=2, warnings="error") + "\n"
    except PydanticSerializationError as error:
        raise HostFileError(
            f"{kind.__name__} cannot be written as JSON: {error}",
            remedy="rename files whose names are not valid UTF-8",
        ) from error


def load(cls: type[T], text: str | bytes) -> T:
    """The value of type `cls` that `dump` wrote.

    Raises:
        HostFileError: Not JSON, another version or type, a key too many or too few, a wrong type.
    """
    try:
        sealed: Any = _envelope(cast("Any", cls)).model_validate_json(text)
    except ValidationError as error:
        faults = "; ".join(_sentence(fault) for fault in error.errors()[:SHOWN_FAULTS])
        raise HostFileError(f"not a {cls.__name__} file: {faults}", remedy=REMEDY) from error
    return cast("T", sealed.value)


@cache
def _envelope(cls: type[Any]) -> type[BaseModel]:
    fields: dict[str, Any] = {
        "version": (Literal[SCHEMA], Field(alias="schema")),
        "type": (Literal[cls.__name__], ...),
        "value": (cls, ...),
    }
    return create_model(f"{cls.__name__}File", __config__=STRICT, **fields)


def _sentence(fault: ErrorDetails) -> str:
    where = ".".join(str(part) for part in fault["loc"])
    return f"{where}: {fault['msg']}" if where else fault["msg"]
