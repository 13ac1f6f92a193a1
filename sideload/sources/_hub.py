"""Folders as `save_pretrained` writes them, on disk or in the Hugging Face cache; no torch here."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from sideload.errors import BadModelFileError, MissingPackageError, SourceError
from sideload.host import files

DOWNLOAD_VARIABLE: Final = "SIDELOAD_DOWNLOAD"
LIMIT_BYTES: Final = 20 * 2**20
# What decides a model: weights, configuration, tokenizer and preprocessing; no pictures, no docs.
SUFFIXES: Final = (".json", ".safetensors", ".bin", ".txt", ".model", ".spm")
DEEPEST_LAYERS: Final = 2000


def split(spec: str) -> tuple[str, str]:
    """The folder or hub id, and the part asked for after `#`; a folder may have `#` in its name."""
    where, mark, part = spec.rpartition("#")
    return (where, part) if mark and not Path(spec).is_dir() else (spec, "")


def may_download() -> bool:
    """Whether the user asked for the network; without it, nothing here uses it."""
    return os.environ.get(DOWNLOAD_VARIABLE, "") not in ("", "0")


def folder(where: str) -> Path:
    """The local folder: `where` itself, or what the cache holds of that hub id.

    Raises:
        SourceError: There is no such folder, and no such model in the cache.
        MissingPackageError: It is a hub id, and huggingface_hub is not installed.
    """
    path = Path(where)
    if path.is_dir():
        return path.resolve()
    try:
        from huggingface_hub import snapshot_download
        from huggingface_hub.errors import HFValidationError
    except ImportError as error:
        raise MissingPackageError("huggingface_hub", "huggingface") from error
    patterns = [f"*{suffix}" for suffix in SUFFIXES]
    try:
        return Path(
            snapshot_download(where, local_files_only=not may_download(), allow_patterns=patterns)
        )
    except (OSError, ValueError, HFValidationError) as error:
        reason = str(error).strip().splitlines()[0][:200]
        raise SourceError(
            f"there is no folder {where}, and the Hugging Face cache does not hold it: {reason}",
            remedy=f"check the path, or set {DOWNLOAD_VARIABLE}=1 to let it be downloaded",
        ) from error


def deciding(path: Path) -> tuple[Path, ...]:
    """The files in the folder, and one level below, that decide what the model is."""
    found = (*path.glob("*"), *path.glob("*/*"))
    return tuple(sorted(one for one in found if one.suffix in SUFFIXES and one.is_file()))


def config(path: Path) -> dict[str, Any]:
    """The model's `config.json`.

    Raises:
        SourceError: It is missing, so that this is no model folder.
        BadModelFileError: It is broken, or claims what no model has.
    """
    file = path / "config.json"
    if not file.is_file():
        held = ", ".join(sorted(one.name for one in path.iterdir())[:6]) or "nothing"
        raise SourceError(
            f"{path} holds no config.json, but {held}",
            remedy="give a folder as model.save_pretrained(folder) writes it",
        )
    made = read(file)
    if not isinstance(made.get("model_type"), str):
        raise BadModelFileError(
            f"{file} does not say its model_type",
            remedy="save the model again with save_pretrained",
        )
    _refuse_claims(made, file)
    return made


def read(file: Path) -> dict[str, Any]:
    """A JSON file that holds an object; an empty one where the file does not exist.

    Raises:
        BadModelFileError: It is not JSON, or something else than an object.
    """
    if not file.is_file():
        return {}
    text = files.read_text(file, limit_bytes=LIMIT_BYTES)
    try:
        made = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadModelFileError(
            f"{file} is not JSON: {error}", remedy="download it again, or save the model again"
        ) from error
    if not isinstance(made, dict):
        raise BadModelFileError(
            f"{file} holds a {type(made).__name__}, not an object",
            remedy="download it again, or save the model again",
        )
    return made


def _refuse_claims(made: Mapping[str, Any], file: Path) -> None:
    """Raise where building the model would never end, or needs code that is not in transformers."""
    layers = {key: value for key, value in made.items() if "layers" in key}
    for key, value in layers.items():
        if isinstance(value, int) and value > DEEPEST_LAYERS:
            raise BadModelFileError(
                f"{file} claims {key} = {value}", remedy="check that the file is what you saved"
            )
    if made.get("quantization_config"):
        raise SourceError(
            f"{file.parent.name} is quantised already, in a format that is PyTorch's alone",
            remedy="give the model in float32, and --precision int8 or int4",
        )
