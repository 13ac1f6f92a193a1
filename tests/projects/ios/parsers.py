"""Parsers of Xcode projects that others wrote, fetched once and kept: each gives plain objects."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from sideload.host import cache, locks
from tests.requires import require

Objects = Mapping[str, Mapping[str, Any]]
NODE: Final = ("xcode@3.0.1", "@bacons/xcode@1.0.0-alpha.33")
PYTHON: Final = ("pbxproj==4.3.3", "openstep-parser==2.0.3")
XCODE: Final = """
const project = require("xcode").project(process.argv[1]).parseSync();
const found = {};
for (const group of Object.values(project.hash.project.objects))
  for (const [id, each] of Object.entries(group)) if (!id.endsWith("_comment")) found[id] = each;
console.log(JSON.stringify(found));
"""
BACONS: Final = """
const { parse, build } = require("@bacons/xcode/json");
const text = require("fs").readFileSync(process.argv[1], "utf8");
console.log(JSON.stringify(parse(text).objects));
"""
OPENSTEP: Final = """
import json, sys
from openstep_parser import OpenStepDecoder
print(json.dumps(OpenStepDecoder.ParseFromFile(open(sys.argv[1], encoding="utf-8-sig"))["objects"]))
"""
PBXPROJ: Final = """
import json, sys
from pbxproj import XcodeProject
project = XcodeProject.load(sys.argv[1])
plain = lambda one: {key: str(one[key]) for key in one.get_keys()}
print(json.dumps({one.get_id(): plain(one) for one in project.objects.get_objects_in_section(
    *project.objects.get_sections())}))
"""


def _node(program: str) -> Callable[[Path], Objects]:
    def parse(path: Path) -> Objects:
        folder = _fetched(
            "node",
            [
                "npm",
                "install",
                "--ignore-scripts",
                "--no-audit",
                "--no-fund",
                "--prefix",
                ".",
                *NODE,
            ],
        )
        return _run(["node", "-e", program, str(path)], folder)

    return parse


def _python(program: str) -> Callable[[Path], Objects]:
    def parse(path: Path) -> Objects:
        folder = _fetched(
            "python", [sys.executable, "-m", "pip", "install", "--quiet", "--target", ".", *PYTHON]
        )
        return _run([sys.executable, "-c", program, str(path)], folder)

    return parse


PARSERS: Final[Mapping[str, Callable[[Path], Objects]]] = {
    "npm xcode": _node(XCODE),
    "npm @bacons/xcode": _node(BACONS),
    "openstep-parser": _python(OPENSTEP),
    "pbxproj": _python(PBXPROJ),
}


def _fetched(kind: str, argv: Sequence[str]) -> Path:
    require(shutil.which(argv[0]) is not None, f"no {argv[0]}, which fetches other parsers")
    folder = cache.folder("xcode-parsers") / kind
    with locks.held(kind, folder=folder.parent, wait_s=300, doing="fetching parsers"):
        if not (folder / "done").exists():
            folder.mkdir(exist_ok=True)
            done = subprocess.run(
                argv, cwd=folder, capture_output=True, text=True, timeout=250, check=False
            )
            require(done.returncode == 0, f"cannot fetch parsers: {done.stderr[-500:]}")
            (folder / "done").touch()
    return folder


def _run(argv: Sequence[str], folder: Path) -> Objects:
    done = subprocess.run(argv, cwd=folder, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    found: Objects = json.loads(done.stdout)
    return found
