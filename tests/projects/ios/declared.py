"""What a module declares, out of its symbol graph, which is what documentation is made from."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from sideload.host import cache
from tests.bindings.swift_tools import PARTS, SOURCES, Swift

# On which actor something is, documentation says of each member, and a symbol graph of its type.
WHERE: Final = re.compile(r"@MainActor (?!\()|@preconcurrency |nonisolated |@Sendable ")
# What a view of Apple's is made of is nobody's to read; every object can be made and described.
INHERITED: Final = frozenset(
    {"var body: Never { get }", "override init()", "var description: String { get }"}
)
# How it is stored is a matter of its own module.
STORED: Final = re.compile(r"^let (.*)$")


def declared(swift: Swift, module: str, folder: Path) -> list[list[str]]:
    """Path and declaration of everything public in a module that was compiled into `folder`."""
    argv: list[str | Path] = ["-module-name", module, "-I", folder, "-output-dir", folder]
    argv += ["-sdk", swift.around, "-target", "x86_64-pc-linux-gnu", "-I", SOURCES / "include"]
    argv += ["-resource-dir", swift.compiler / PARTS / "lib/swift"]
    argv += ["-module-cache-path", cache.folder("swift"), "-minimum-access-level", "public"]
    argv += ["-Xcc", f"-I{swift.around / 'usr/include'}", "-skip-synthesized-members"]
    done = swift.tool("swift-symbolgraph-extract", argv)
    assert done.returncode == 0, done.stderr
    return sorted(_symbols(folder / f"{module}.symbols.json"))


def _symbols(graph: Path) -> Iterator[list[str]]:
    for symbol in json.loads(graph.read_text(encoding="utf-8"))["symbols"]:
        shown = "".join(part["spelling"] for part in symbol["declarationFragments"])
        declaration = STORED.sub(r"var \1 { get }", WHERE.sub("", shown).strip())
        if declaration not in INHERITED:
            yield [".".join(symbol["pathComponents"]), declaration]
