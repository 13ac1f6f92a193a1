"""What the app is made from: the same files as in the Gradle project, by what they are for."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Final

from sideload.projects import AppModel, Content
from sideload.projects.android import _new
from sideload.projects.android._table import Table

APP: Final = "app/src/main/"
MAIN: Final = "/src/main/"
MANIFEST: Final = "AndroidManifest.xml"
COROUTINES: Final = "/coroutines/"
RULES: Final = "consumer-rules.pro"


@dataclass(frozen=True, kw_only=True)
class Sources:
    """The app's own manifest and those of its modules, its code, and what it carries.

    `assets` are named as the app opens them, without the folder `assets/` of an APK.
    """

    manifest: bytes
    modules: tuple[bytes, ...]
    code: Mapping[str, bytes]
    assets: Mapping[str, Content]
    rules: bytes


def sources(models: Sequence[AppModel], table: Table) -> Sources:
    """Everything that goes into the app besides the runtimes.

    Raises:
        HostFileError: A template or a binding cannot be read.
    """
    found = _new.content(models, _one_file(table))
    texts = {name: content for name, content in found.items() if isinstance(content, bytes)}
    manifests = {name: text for name, text in texts.items() if name.endswith(MAIN + MANIFEST)}
    return Sources(
        manifest=manifests.pop(APP + MANIFEST),
        modules=tuple(manifests.values()),
        code={n: text for n, text in texts.items() if _is_code(n)},
        assets=dict(_assets(found)),
        rules=b"\n".join(text for name, text in texts.items() if name.endswith(RULES)),
    )


def _is_code(name: str) -> bool:
    """Whether the app has it; what suspends is for apps that have coroutines."""
    return name.endswith(".kt") and MAIN in name and COROUTINES not in name


def _one_file(table: Table) -> Table:
    """An APK that is made to be measured is installed as it is, so nothing is left out of it."""
    return replace(table, build=replace(table.build, asset_pack_above_mb=sys.maxsize))


def _assets(found: Mapping[str, Content]) -> list[tuple[str, Content]]:
    folder = f"{MAIN}assets/"
    return [
        (str(PurePosixPath(name.partition(folder)[2])), content)
        for name, content in sorted(found.items())
        if folder in name
    ]
