"""A new Gradle project: the library module, and a benchmark app that uses only its public API."""

from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Final

from sideload.projects import AppModel, Content
from sideload.projects.android._library import (
    PACK,
    Plugin,
    Surroundings,
    context_of,
    folders,
    rendered,
)
from sideload.projects.android._table import Table

KOTLIN: Final = "src/main/kotlin/dev/sideload/benchmark"
SOURCES: Final = (
    *("Benchmark", "BenchmarkActivity", "Exchange", "Lines", "Models", "Subject", "Tensors"),
)
FILES: Final = {
    "settings.gradle.kts": "settings.gradle.kts",
    "build.gradle.kts": "build.gradle.kts",
    "gradle.properties": "gradle.properties",
    "gradle/libs.versions.toml": "gradle/libs.versions.toml",
    "gradle/wrapper/gradle-wrapper.properties": "gradle/wrapper/gradle-wrapper.properties",
    ".gitignore": "gitignore",
    "README.md": "README.md",
    "app/build.gradle.kts": "app/build.gradle.kts",
    "app/src/main/AndroidManifest.xml": "app/AndroidManifest.xml",
    **{f"app/{KOTLIN}/{name}.kt": f"app/{name}.kt" for name in SOURCES},
    "app/src/androidTest/kotlin/dev/sideload/benchmark/ModelsTest.kt": "app/ModelsTest.kt",
}


def content(models: Sequence[AppModel], table: Table) -> dict[str, Content]:
    """Every file of the project, by its path in it.

    Raises:
        HostFileError: A template or a binding cannot be read.
    """
    surroundings = Surroundings(
        # The root project says their version.
        plugins=(Plugin(id="com.android.library"),),
        compile_sdk=table.build.compile_sdk,
        builtin_kotlin=True,
    )
    context = context_of(models, table, surroundings)
    found: dict[str, Content] = {
        path: rendered(f"project/{template}", context) for path, template in FILES.items()
    }
    for folder, held in folders(models, table, surroundings).items():
        found |= {(folder / name).as_posix(): one for name, one in held.items()}
    return found


def is_packed(files: dict[str, Content]) -> bool:
    """Whether the models went into an asset pack."""
    return any(PurePosixPath(path).is_relative_to(PACK) for path in files)
