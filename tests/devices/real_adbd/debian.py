"""Debian's packages unpacked into the cache, without root, from this machine's own mirror."""

import hashlib
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from sideload.errors import MissingToolError
from sideload.host import cache, files, locks, process

_KEYRING: Final = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
_TIMEOUT_S: Final = 300.0
_REMEDY: Final = "run it on Debian, where apt-get can reach its mirror"
_SOURCES: Final = ("apt-get", "indextargets", "--format", "$(REPO_URI)|$(COMPONENT)|$(ORIGIN)")


def fetch(names: Sequence[str], *, suite: str, architecture: str) -> Path:
    """The folder that holds what is in the packages `names` of a suite.

    Raises:
        MissingToolError: This machine has no apt-get, or no mirror of Debian.
        ToolFailedError: The mirror does not answer, or has no such package.
    """
    key = hashlib.sha256(f"{suite} {architecture} {sorted(names)}".encode()).hexdigest()[:24]
    folder = cache.folder("debian") / key
    with locks.held(key, folder=folder.parent, wait_s=_TIMEOUT_S, doing="fetching packages"):
        if not folder.is_dir():
            with files.building(folder) as private:
                _fetch(names, suite, architecture, private)
    return folder


def _fetch(names: Sequence[str], suite: str, architecture: str, folder: Path) -> None:
    state = folder / ".apt"
    for name in ("lists/partial", "archives/partial"):
        (state / name).mkdir(parents=True)
    (state / "status").touch()
    source = f"deb [signed-by={_KEYRING}] {_mirror()} {suite} main\n"
    (state / "sources.list").write_text(source)
    settings: dict[str, str | Path] = {
        "APT::Architecture": architecture,
        "Dir::Etc::SourceList": state / "sources.list",
        "Dir::Etc::SourceParts": "/dev/null",
        "Dir::State": state,
        "Dir::State::status": state / "status",
        "Dir::Cache": state,
        "Acquire::Languages": "none",
        "APT::Sandbox::User": "",
    }
    options = [f"-o{name}={value}" for name, value in settings.items()]
    for command in (["update"], ["download", *names]):
        process.run(
            ["apt-get", *options, *command], cwd=state, timeout_s=_TIMEOUT_S, remedy=_REMEDY
        )
    for package in state.glob("*.deb"):
        process.run(["dpkg-deb", "-x", package, folder], timeout_s=_TIMEOUT_S, remedy=_REMEDY)
    shutil.rmtree(state)


def _mirror() -> str:
    said = process.run(_SOURCES, timeout_s=_TIMEOUT_S, remedy=_REMEDY).stdout.decode()
    for line in said.splitlines():
        address, component, origin = line.split("|")
        is_debian = origin == "Debian" and "security" not in address
        if is_debian and component == "main" and _KEYRING.is_file():
            return address
    raise MissingToolError("apt knows no mirror of Debian here", remedy=_REMEDY)
