"""The library module that carries models into an app: every file of it, as content."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Final

from sideload.host import files, neutral, render
from sideload.projects import AppModel, Content
from sideload.projects.android import _calls, _text
from sideload.projects.android._table import Table
from sideload.values import FileRef

LIBRARY: Final = PurePosixPath("sideload-models")
PACK: Final = PurePosixPath("sideload-assets")
TEMPLATES: Final = "apps/android"
# Classes that need coroutines, which the module is compiled with and the app need not have.
COROUTINES: Final = "coroutines"
ASSETS: Final = "src/main/assets/sideload"
SOURCES: Final = "src/main/kotlin/sideload/models"
FILTERS: Final[Mapping[str, Callable[..., Any]]] = {
    "literal": _text.kotlin,
    "markdown": neutral.markdown,
}


@dataclass(frozen=True, kw_only=True)
class Plugin:
    """A Gradle plugin; without a version where the project says it elsewhere."""

    id: str
    version: str = ""


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What the module has to be like to fit into its project."""

    plugins: tuple[Plugin, ...]
    compile_sdk: int
    builtin_kotlin: bool


def is_large(models: Sequence[AppModel], table: Table) -> bool:
    """Whether the models are too large for the app itself."""
    held = sum(file.size_bytes for model in carried(models) for file in payload(model))
    return held > table.build.asset_pack_above_mb * 1_000_000


def carried(models: Sequence[AppModel]) -> list[AppModel]:
    """Those that are in the app; the others are fetched by it."""
    return [model for model in models if not model.address]


def payload(model: AppModel) -> tuple[FileRef, ...]:
    """The model's file, and those beside it."""
    return (model.artifact.file, *model.artifact.extra_files)


def suffixes(models: Sequence[AppModel]) -> tuple[str, ...]:
    """What model files in the app end with, without the dot."""
    held = (file.path for model in carried(models) for file in payload(model))
    return tuple(sorted({path.suffix.removeprefix(".") for path in held} - {""}))


def folders(
    models: Sequence[AppModel], table: Table, surroundings: Surroundings
) -> dict[PurePosixPath, dict[str, Content]]:
    """The folders of ours and what is in them: the library, and the pack if one is needed.

    Raises:
        HostFileError: A template or a binding cannot be read.
    """
    context = context_of(models, table, surroundings)
    found: dict[str, Content] = {
        "build.gradle.kts": rendered("models/build.gradle.kts", context),
        "consumer-rules.pro": rendered("models/consumer-rules.pro", context),
        "src/main/AndroidManifest.xml": rendered("models/AndroidManifest.xml", context),
        **{f"{SOURCES}/{name}": rendered(f"models/{name}", context) for name in _openings(models)},
    }
    for model in models:
        for source in model.bindings.files:
            found[f"{SOURCES}/{_place(source.path)}"] = files.read_bytes(source.path)
    assets: dict[str, Content] = {
        f"{ASSETS}/{file.path.name}": file for model in carried(models) for file in payload(model)
    }
    if not is_large(models, table):
        return {LIBRARY: found | assets}
    script = rendered("assets/build.gradle.kts", context)
    return {LIBRARY: found, PACK: {"build.gradle.kts": script} | assets}


def _openings(models: Sequence[AppModel]) -> list[str]:
    """The files that say how an app comes by its models."""
    is_used = {"Bundled.kt": bool(carried(models)), "Downloaded.kt": any(m.address for m in models)}
    return [name for name, used in is_used.items() if used]


def _place(source: Path) -> str:
    is_optional = source.parent.name == COROUTINES
    return f"{COROUTINES}/{source.name}" if is_optional else source.name


def context_of(
    models: Sequence[AppModel], table: Table, surroundings: Surroundings
) -> dict[str, object]:
    """What the templates are given."""
    described = [_model(model) for model in models]
    return {
        "models": described,
        "bundled": [one for one in described if not one["address"]],
        "downloaded": [one for one in described if one["address"]],
        "build": table.build,
        "java": table.build.java,
        "min_sdk": table.min_sdk,
        "libraries": [runtime.library for runtime in table.runtimes],
        "keep": [name for runtime in table.runtimes for name in runtime.keep],
        "has_onnxruntime": any(runtime.name == "onnxruntime" for runtime in table.runtimes),
        "suffixes": suffixes(models),
        "assets": is_large(models, table),
        "plugins": surroundings.plugins,
        "plugin_version": surroundings.plugins[0].version,
        "compile_sdk": surroundings.compile_sdk,
        "builtin_kotlin": surroundings.builtin_kotlin,
    }


def rendered(name: str, context: Mapping[str, object]) -> bytes:
    """What the template `name` says.

    Raises:
        HostFileError: There is no such template, or it is wrong.
    """
    return render.text(f"{TEMPLATES}/{name}.j2", context, filters=FILTERS).encode()


def _model(model: AppModel) -> dict[str, object]:
    signature = model.artifact.signature
    return {
        "class_name": model.bindings.class_name,
        "runtime": model.artifact.runtime,
        "address": model.address,
        "opens": "downloaded" if model.address else "bundled",
        "binding": model.context.get("model"),
        "files": [
            {"name": file.path.name, "size_bytes": file.size_bytes} for file in payload(model)
        ],
        **_calls.context(signature),
    }
