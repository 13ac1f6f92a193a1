"""apt-get with a state of its own: nothing of the machine's changes, and nobody needs to be root.

What it fetches is what Debian has signed, or nothing.
"""

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sideload.errors import MissingToolError, SideloadError
from sideload.host import clock, files, process

MIRROR_VARIABLE: Final = "SIDELOAD_DEBIAN_MIRROR"
REMEDY: Final = (
    f"{MIRROR_VARIABLE}=<address of a Debian mirror, or a folder with the .deb files>, "
    "and run it again"
)
KEYRINGS: Final = tuple(
    Path(f"/usr/share/keyrings/debian-archive-keyring.{ending}") for ending in ("gpg", "pgp")
)
# What Debian calls a suite; a machine of another distribution has none of them.
SUITE: Final = re.compile(
    r"(?:old)*stable|testing|sid|unstable|bullseye|bookworm|trixie|forky|duke"
)
RELEASE: Final = re.compile(r"^'(?P<mirror>\S+)/dists/(?P<suite>[^/\s]+)/InRelease'", re.MULTILINE)
SCHEMES: Final = ("http://", "https://", "file:", "mirror+")
TIMEOUT_S: Final = 900.0
FRESH_NS: Final = 24 * 3600 * 1_000_000_000
# Hooks of the machine's own configuration are about the machine's own packages; its proxies stay.
SETTINGS: Final = """
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear APT::Architectures;
APT::Architectures {{ "{architecture}"; }};
APT::Architecture "{architecture}";
APT::Update::Error-Mode "any";
Acquire::Languages "none";
Acquire::Retries "2";
"""
# apt gives its rights up while it fetches, and could then not write to a folder of ours.
SANDBOX: Final = 'APT::Sandbox::User "root";\n'


@dataclass(frozen=True, kw_only=True)
class Apt:
    """One suite for one architecture from one mirror; `folder` holds its lists."""

    folder: Path
    suite: str
    architecture: str
    mirror: str

    def download(self, names: Sequence[str], into: Path) -> None:
        """Put the newest version of each named package into the folder `into`.

        Raises:
            MissingToolError: There is no apt-get, or Debian's keys are not installed.
            ToolFailedError: No such package, no network, or what came was not signed by Debian.
        """
        fetched = self._update_if_old()
        try:
            self._run("download", *names, cwd=into)
        except SideloadError:
            # An older list names versions that the mirror may have replaced since.
            if fetched:
                raise
            self._update()
            self._run("download", *names, cwd=into)

    def _update_if_old(self) -> bool:
        stamp = self.folder / "fetched"
        if stamp.exists() and clock.unix_ns() - stamp.stat().st_mtime_ns < FRESH_NS:
            return False
        self._update()
        return True

    def _update(self) -> None:
        for name in ("lists/partial", "cache/archives/partial"):
            files.new_folder(self.folder / name)
        line = f"deb [signed-by={keyring()} targets=Packages] {self.mirror} {self.suite} main\n"
        files.write_text(self.folder / "sources.list", line)
        files.write_text(self.folder / "status", "")
        files.write_text(self.folder / "apt.conf", self._settings())
        self._run("update", cwd=self.folder)
        files.write_text(self.folder / "fetched", "")

    def _settings(self) -> str:
        sandbox = SANDBOX if os.geteuid() == 0 else ""
        return SETTINGS.format(architecture=self.architecture) + sandbox

    def _run(self, *words: str, cwd: Path) -> None:
        places = {
            "Dir::Etc::sourcelist": self.folder / "sources.list",
            "Dir::Etc::sourceparts": "/dev/null",
            "Dir::Etc::preferences": "/dev/null",
            "Dir::Etc::preferencesparts": "/dev/null",
            "Dir::State": self.folder,
            "Dir::State::lists": self.folder / "lists",
            "Dir::State::status": self.folder / "status",
            "Dir::Cache": self.folder / "cache",
        }
        argv = ["apt-get", "-q", "-c", str(self.folder / "apt.conf")]
        argv += [word for name, place in places.items() for word in ("-o", f"{name}={place}")]
        process.run([*argv, *words], timeout_s=TIMEOUT_S, remedy=REMEDY, cwd=cwd)


def mirror() -> str:
    """Where this machine gets Debian's packages from, unless `SIDELOAD_DEBIAN_MIRROR` says it.

    Raises:
        MissingToolError: There is no apt-get, or its sources name no mirror of Debian.
    """
    named = named_mirror()
    if named:
        return named
    # It only prints what it would fetch first, a Release file for each suite: no network, no lock.
    argv = ["apt-get", "update", "--print-uris"]
    planned = process.run(argv, timeout_s=TIMEOUT_S, remedy=REMEDY).stdout.decode(
        "utf-8", "replace"
    )
    for found in RELEASE.finditer(planned):
        if SUITE.fullmatch(found["suite"]) and is_address(found["mirror"]):
            return found["mirror"]
    raise MissingToolError("apt's sources on this machine name no mirror of Debian", remedy=REMEDY)


def named_mirror() -> str:
    """What `SIDELOAD_DEBIAN_MIRROR` says, or nothing."""
    return os.environ.get(MIRROR_VARIABLE, "")


def is_address(text: str) -> bool:
    """Whether apt can take it for a mirror."""
    return text.startswith(SCHEMES)


def keyring() -> Path:
    """The keys that Debian signs with.

    Raises:
        MissingToolError: They are not installed.
    """
    for path in KEYRINGS:
        if path.is_file():
            return path
    raise MissingToolError(
        "the keys that Debian signs with are not installed",
        remedy="sudo apt install debian-archive-keyring",
    )
