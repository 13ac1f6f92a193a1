"""Loading a folder with transformers: offline, without remote code, with every weight present."""

import inspect
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import torch

from sideload.errors import BadModelFileError, MissingPackageError, SideloadError, SourceError
from sideload.sources import _hub
from sideload.sources._modules import settled
from sideload.sources._repairs import repaired

# Heads that make text, sound or pictures step by step, with state between the steps.
GENERATORS: Final = (
    "ForCausalLM",
    "LMHeadModel",
    "ForTextToSpeech",
    "ForTextToWaveform",
    "ForCausalImageModeling",
    "ForImageTextToText",
)
FLOAT_BYTES: Final = 4
# Half precision, and weights that two layers share, make a model larger than its file.
MOST_GROWN: Final = 8
SMALL_BYTES: Final = 2**26
OPTIONS: Final[Mapping[str, Any]] = {
    "local_files_only": True,
    "trust_remote_code": False,
}


def library() -> Any:  # noqa: ANN401 - a package of thousands of classes
    """The package transformers, told to stay offline and quiet.

    Raises:
        MissingPackageError: It is not installed.
    """
    if not _hub.may_download():
        os.environ["HF_HUB_OFFLINE"] = "1"  # read once, when it is imported
    os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
    try:
        import transformers
    except ImportError as error:
        raise MissingPackageError("transformers", "huggingface") from error
    chatter: Any = transformers.logging
    chatter.set_verbosity_error()
    chatter.disable_progress_bar()
    return transformers


def model(folder: Path, config: Mapping[str, Any]) -> Any:  # noqa: ANN401 - one of those classes
    """The folder's model in eval mode, float32, with attention spelled out.

    The eager form of attention is 1.5 to 2.7 times as fast on ExecuTorch as the fused one, whose
    decomposition its delegates do not take.

    Raises:
        SourceError: Its architecture is not carried.
        BadModelFileError: Its weights are missing, corrupt, or of other shapes than it says.
    """
    kind = _class(config)
    options = {**OPTIONS, "attn_implementation": "eager", "dtype": torch.float32}
    try:
        _refuse_hollow(kind, folder)
        made, report = kind.from_pretrained(folder, output_loading_info=True, **options)
    except SideloadError:
        raise
    except Exception as error:
        raise _unloadable(folder, error) from error
    missing = sorted(report.get("missing_keys", ()))
    if missing:
        raise BadModelFileError(
            f"{folder.name} lacks {len(missing)} weights of {kind.__name__}, such as {missing[0]}: "
            "they would be random",
            remedy="save the whole model, or name the class that was saved in config.json under "
            "architectures",
        )
    made.config.return_dict = True  # outputs are named by the fields of the answer
    return repaired(settled(made))


def tokenizer(folder: Path) -> Any:  # noqa: ANN401 - one of many classes
    """The folder's tokenizer; None where it has none.

    Raises:
        BadModelFileError: It has one that does not load.
    """
    names = ("tokenizer.json", "tokenizer_config.json", "vocab.txt", "vocab.json", "spiece.model")
    if not any((folder / name).is_file() for name in names):
        return None
    try:
        made = library().AutoTokenizer.from_pretrained(folder, **OPTIONS)
    except Exception as error:
        raise BadModelFileError(
            f"the tokenizer in {folder.name} does not load: {_first_line(error)}",
            remedy="save it again with tokenizer.save_pretrained(folder), or remove its files",
        ) from error
    if made.pad_token is None:
        made.pad_token = made.eos_token or made.unk_token
    return made


def _class(config: Mapping[str, Any]) -> Any:  # noqa: ANN401 - a class of transformers
    """The class that was saved, or the base class of that type where the folder does not say."""
    package = library()
    named = config.get("architectures") or ()
    name = named[0] if isinstance(named, list) and named and isinstance(named[0], str) else ""
    generates = config.get("is_encoder_decoder") is not True
    if name.endswith(GENERATORS) and not name.endswith("WithLMHeadModel") and generates:
        raise SourceError(
            f"{name} writes text token by token with a cache, which is not carried yet",
            remedy="give an encoder, a classifier, a vision or an audio model",
        )
    found = getattr(package, name, None) if name else package.AutoModel
    if config["model_type"] not in package.CONFIG_MAPPING or not hasattr(found, "from_pretrained"):
        remote = " (its own Python code is never executed)" if config.get("auto_map") else ""
        raise SourceError(
            f"{name or config['model_type']} is not in transformers {package.__version__}{remote}",
            remedy="write a function that builds it, and give file.py:function",
        )
    return found


def _refuse_hollow(kind: Any, folder: Path) -> None:  # noqa: ANN401
    """Raise where far more weights are claimed than there are: memory would run out."""
    package = library()
    config = package.AutoConfig.from_pretrained(folder, **OPTIONS)
    make = package.AutoModel.from_config if kind is package.AutoModel else kind
    with torch.device("meta"):
        claimed = sum(weight.numel() for weight in make(config).parameters())
    held_bytes = sum(file.stat().st_size for file in _weights(folder))
    if held_bytes and claimed * FLOAT_BYTES > MOST_GROWN * held_bytes + SMALL_BYTES:
        raise BadModelFileError(
            f"{folder.name} claims {claimed} weights in config.json, and holds {held_bytes} bytes",
            remedy="check that config.json and the weights belong together",
        )


def _weights(folder: Path) -> list[Path]:
    return [file for file in folder.iterdir() if file.suffix in (".safetensors", ".bin")]


def _unloadable(folder: Path, error: Exception) -> SideloadError:
    """What transformers raised, as an error about the folder."""
    if not _weights(folder):
        return BadModelFileError(
            f"{folder.name} holds no weights: neither .safetensors nor .bin",
            remedy="save the model with model.save_pretrained(folder)",
        )
    if isinstance(error, ImportError):
        return MissingPackageError(error.name or _first_line(error), "huggingface")
    return BadModelFileError(
        f"{folder.name} does not load: {type(error).__name__}: {_first_line(error)}",
        remedy="download it again, or save it again with save_pretrained",
    )


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0][:300] if lines else type(error).__name__


def accepts(module: Any, name: str) -> bool:  # noqa: ANN401 - a model of transformers
    """Whether `forward` has a parameter of that name."""
    return name in inspect.signature(module.forward).parameters
