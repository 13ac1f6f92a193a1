"""What is installed on one phone: `data/app/<package>/` holds the APK and what was unpacked."""

import json
import os
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from sideload.simulated.android.apps import package
from sideload.simulated.android.apps.package import Activity, BadPackageError, Package
from sideload.simulated.android.properties import host_abi

FACTS: Final = "facts.json"
BASE: Final = "base.apk"
# Where `AppProcess` keeps what an app has on the shared storage.
_SHARED: Final = "data/media/Android/data"


@dataclass(frozen=True, kw_only=True)
class App:
    """An app that is installed: its name, its APK, and the folder of its native libraries."""

    package: str
    apk: Path
    libraries: Path
    facts: Package


def find(root: Path, name: str) -> App | None:
    """The app of that name, if it is installed."""
    folder = root / "data/app" / name
    try:
        told = json.loads((folder / FACTS).read_text("utf-8"))
        activities = tuple(Activity(**each) for each in told.pop("activities"))
        facts = Package(activities=activities, **{**told, "abis": tuple(told["abis"])})
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return App(package=name, apk=folder / BASE, libraries=folder / "lib", facts=facts)


def names(root: Path) -> Iterator[str]:
    """Every app that is installed."""
    return (each.parent.name for each in sorted((root / "data/app").glob(f"*/{FACTS}")))


def put(root: Path, apk: Path, *, sdk: int, may_replace: bool, may_downgrade: bool) -> str:
    """Install the APK; the name of its package.

    Raises:
        BadPackageError: As Android would refuse it.
        OSError: There is no room.
    """
    facts = package.read(apk)
    _check(facts, find(root, facts.name), sdk, may_replace=may_replace, is_down=may_downgrade)
    folder = root / "data/app" / facts.name
    made = root / "data/app" / f".{facts.name}.{os.getpid()}"
    try:
        made.mkdir(parents=True)
        shutil.copyfile(apk, made / BASE)
        _unpack(apk, made / "lib")
        (made / FACTS).write_text(json.dumps(asdict(facts)), encoding="utf-8")
        shutil.rmtree(folder, ignore_errors=True)
        made.rename(folder)
    finally:
        shutil.rmtree(made, ignore_errors=True)
    (root / "data/data" / facts.name).mkdir(parents=True, exist_ok=True)
    return facts.name


def remove(root: Path, name: str, *, keep_data: bool = False) -> None:
    """Take an app away, and its data."""
    places = [root / "data/app" / name]
    if not keep_data:
        places += data(root, name)
    for place in places:
        shutil.rmtree(place, ignore_errors=True)


def data(root: Path, name: str) -> list[Path]:
    """Where an app has files of its own."""
    shared = (root / place / name for place in ("storage/emulated/0/Android/data", _SHARED))
    return [root / "data/data" / name, *shared]


def _check(new: Package, old: App | None, sdk: int, *, may_replace: bool, is_down: bool) -> None:
    if new.min_sdk > sdk:
        raise BadPackageError(
            f"INSTALL_FAILED_OLDER_SDK: Requires newer sdk version #{new.min_sdk} "
            f"(current version is #{sdk})"
        )
    if new.abis and host_abi() not in new.abis:
        raise BadPackageError("INSTALL_FAILED_NO_MATCHING_ABIS: Failed to extract native libraries")
    if old is None:
        return
    if not may_replace:
        raise BadPackageError(
            f"INSTALL_FAILED_ALREADY_EXISTS: Attempt to re-install {new.name} without first "
            "uninstalling."
        )
    if new.signer != old.facts.signer:
        raise BadPackageError(
            f"INSTALL_FAILED_UPDATE_INCOMPATIBLE: Existing package {new.name} signatures do not "
            "match newer version; ignoring!"
        )
    if new.version_code < old.facts.version_code and not is_down:
        raise BadPackageError(
            "INSTALL_FAILED_VERSION_DOWNGRADE: Downgrade detected: Update version code "
            f"{new.version_code} is older than current {old.facts.version_code}"
        )


def _unpack(apk: Path, into: Path) -> None:
    """The native libraries for this host's processor; an app finds its assets in the APK."""
    into.mkdir()
    inside = f"lib/{host_abi()}/"
    with zipfile.ZipFile(apk) as opened:
        for name in opened.namelist():
            rest = name.removeprefix(inside)
            if name.startswith(inside) and rest and "/" not in rest:
                (into / rest).write_bytes(opened.read(name))
