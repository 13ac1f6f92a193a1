"""What a phone would refuse, or do at the wrong moment, seen on the finished file."""

import re
from pathlib import Path
from typing import Final

from sideload.errors import ArtifactCheckError
from sideload.host import android_tools, files
from sideload.projects.android.apk import _pack
from sideload.projects.android.apk._manifest import Manifest

# Android has nothing that could make what such an instruction asks for.
CUSTOM: Final = re.compile(rb"^.*\|[0-9a-f]+: invoke-custom.*$", re.MULTILINE)
QUOTED: Final = re.compile(r"^(?P<key>[\w-]+):.*?'(?P<value>[^']*)'", re.MULTILINE)
REMEDY: Final = "sideload clean, and the same command again; if it stays so, report it"
ELF: Final = b"\x7fELF\x02\x01"
LOAD: Final = 1


def check(apk: Path, dex: Path, manifest: Manifest) -> None:
    """Refuse an app that could not be installed, started or measured.

    Raises:
        ArtifactCheckError: It is not what its manifest says, has code that Android cannot run, or
            something in it cannot be mapped into memory.
    """
    _pack.check(apk)
    code(dex, manifest.activity)
    badging(apk, manifest)


def code(dex: Path, activity: str) -> None:
    """Refuse code that lacks the activity, or that Android cannot run.

    Raises:
        ArtifactCheckError: As said, with the first such instruction.
    """
    said = android_tools.run("dexdump", ["-d", dex]).stdout
    left = CUSTOM.search(said)
    if left:
        raise ArtifactCheckError(
            f"the app's code needs what Android has not: {left[0].decode(errors='replace')}",
            remedy=REMEDY,
        )
    if f"'L{activity.replace('.', '/')};'".encode() not in said:
        raise ArtifactCheckError(f"the app's code has no {activity} in it", remedy=REMEDY)


def badging(apk: Path, manifest: Manifest) -> None:
    """Refuse an APK that shows itself to a phone as something else than its manifest says.

    Raises:
        ArtifactCheckError: As said.
    """
    said = android_tools.run("aapt2", ["dump", "badging", apk]).stdout.decode("utf-8", "replace")
    found: dict[str, list[str]] = {}
    for one in QUOTED.finditer(said):
        found.setdefault(one["key"], []).append(one["value"])
    shown = {
        "package": found.get("package", []),
        "launchable-activity": found.get("launchable-activity", []),
        "uses-permission": sorted(found.get("uses-permission", [])),
    }
    wanted = {
        "package": [manifest.package],
        "launchable-activity": [manifest.activity],
        "uses-permission": list(manifest.permissions),
    }
    if shown != wanted:
        raise ArtifactCheckError(
            f"{files.shown(apk)} calls itself {shown}, and should be {wanted}", remedy=REMEDY
        )


def small_pages(library: Path) -> bool:
    """Whether a native library cannot be loaded by a phone whose pages have 16 KB."""
    data = files.read_bytes(library)
    if not data.startswith(ELF):
        return False
    start, size_bytes, count = (
        int.from_bytes(data[at : at + width], "little") for at, width in ((32, 8), (54, 2), (56, 2))
    )
    headers = (
        data[at : at + size_bytes] for at in range(start, start + count * size_bytes, size_bytes)
    )
    return any(
        int.from_bytes(one[:4], "little") == LOAD
        and int.from_bytes(one[48:56], "little") % _pack.PAGE_BYTES
        for one in headers
    )
