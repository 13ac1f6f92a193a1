"""Names that a language keeps for itself, as data in its `reserved.toml`."""

import importlib.resources
import tomllib
from collections.abc import Mapping


def read(language: str) -> Mapping[str, frozenset[str]]:
    """The lists of `sideload/languages/<language>/reserved.toml`, by their names."""
    data = importlib.resources.files("sideload.languages") / language / "reserved.toml"
    lists = tomllib.loads(data.read_text(encoding="utf-8"))
    return {name: frozenset(words.split()) for name, words in lists.items()}
