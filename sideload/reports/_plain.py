"""Values as data that every JSON reader accepts."""

import dataclasses
import math
from collections.abc import Mapping
from typing import Any


def plain(value: object) -> Any:  # noqa: ANN401 - whatever JSON can hold
    """`value` as dictionaries, lists, texts, numbers, booleans and None, at every depth.

    JSON has no infinity and no NaN: they become None. Text that is no Unicode, such as the name of
    a file, keeps its bytes as escapes.
    """
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {_text(str(key)): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if dataclasses.is_dataclass(value):
        fields = dataclasses.fields(value)
        return {field.name: plain(getattr(value, field.name)) for field in fields}
    return _text(str(value))


def _text(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
