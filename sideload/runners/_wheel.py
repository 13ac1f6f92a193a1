"""Where a package's files are: of the one installed, or of the same release for another machine.

Nothing is imported. Another machine's wheel comes by pip, with pip's own configuration, and only
with the content that `wheels.toml` names.
"""

import importlib.metadata
import importlib.util
import sys
import tomllib
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Any, Final

from sideload.errors import HostFileError, MissingPackageError, MissingToolError
from sideload.host import cache, console, files, locks, machine, process

KIND: Final = "wheels"
PINS: Final = Path(__file__).with_name("wheels.toml")
PYTHON: Final = "311"
TIMEOUT_S: Final = 1800.0
REMEDY: Final = "check pip's configuration with: python -m pip config list"
# The rest of a wheel is for Python, which a phone has not.
WANTED: Final = ("*/lib/*.so", "*/capi/lib*.so*", "*.dist-info/*", "*/LICENSE", "*/Third*.txt")


@dataclass(frozen=True, kw_only=True)
class Wheel:
    """An unpacked release; `root` holds the package's folder and its `.dist-info`."""

    root: Path
    package: str
    version: str

    @property
    def folder(self) -> Path:
        """The folder of the package."""
        return self.root / self.package

    def library(self, folder: Path, patterns: tuple[str, ...]) -> Path:
        """The newest file in one of its folders that fits the first pattern that any fits.

        Raises:
            MissingPackageError: This version of the package has no such file.
        """
        for pattern in patterns:
            found = sorted(folder.glob(pattern))
            if found:
                return found[-1]
        raise MissingPackageError(f"{self.package} (a version with {patterns[0]})", self.package)

    def licences(self) -> tuple[Path, ...]:
        """The files that say under which terms it may be passed on."""
        about = self.root.glob(f"{self.package}-*.dist-info/**/*")
        named = [path for path in about if path.name.upper().startswith(("LICEN", "NOTICE"))]
        beside = [*self.folder.glob("LICENSE*"), *self.folder.glob("Third*.txt")]
        return tuple(sorted(path for path in {*named, *beside} if path.is_file()))


def wheel(package: str, abi: str) -> Wheel:
    """The release of the package that is installed, for the instruction set `abi`.

    Raises:
        MissingPackageError: It is not installed.
        MissingToolError: No other machine's wheel of this release is known, or there is no pip.
        ToolFailedError: pip cannot get it, or got something else than what is known.
    """
    installed = Wheel(root=folder(package).parent, package=package, version=version(package))
    return installed if abi == machine.abi() else _fetched(installed, abi)


def folder(package: str) -> Path:
    """The folder of the installed package.

    Raises:
        MissingPackageError: It is not installed.
    """
    found = importlib.util.find_spec(package)
    places = list(found.submodule_search_locations or ()) if found else []
    if not places:
        raise MissingPackageError(package, package)
    return Path(places[0])


def version(package: str) -> str:
    """The version that is installed; `folder` says whether one is."""
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return "unknown"


def _fetched(installed: Wheel, abi: str) -> Wheel:
    known = pin(installed, abi)
    label = f"{installed.package}-{installed.version}-{abi}"
    root = cache.folder(KIND) / f"{label}-{known['sha256'][:12]}"
    if not root.is_dir():
        doing = f"fetching the libraries of {installed.package} for {abi}"
        with locks.held(label, folder=root.parent, wait_s=TIMEOUT_S, doing=doing):
            if not root.is_dir():
                _fetch(installed, known, root)
    return Wheel(root=root, package=installed.package, version=installed.version)


def pin(installed: Wheel, abi: str) -> dict[str, str]:
    """What `wheels.toml` says of that release for `abi`: pip's name of a platform, and a hash.

    Raises:
        MissingToolError: It says nothing.
    """
    known: dict[str, Any] = tomllib.loads(files.read_text(PINS))[installed.package]
    found: dict[str, str] | None = known.get(installed.version, {}).get(abi)
    if found is None:
        raise MissingToolError(
            f"no libraries of {installed.package} {installed.version} are known for {abi}",
            remedy=f"pip install {installed.package}=={max(known)}",
        )
    return found


def _fetch(installed: Wheel, pin: dict[str, str], root: Path) -> None:
    if importlib.util.find_spec("pip") is None:
        raise MissingToolError("pip is not installed", remedy="python -m ensurepip")
    exact = f"{installed.package}=={installed.version}"
    with (
        console.step(f"fetch the libraries of {exact} ({pin['platform']})"),
        files.building(root) as private,
    ):
        files.write_text(private / "exact.txt", f"{exact} --hash=sha256:{pin['sha256']}\n")
        argv = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        argv += ["--only-binary=:all:", "--platform", pin["platform"], "--python-version", PYTHON]
        argv += ["--require-hashes", "-r", "exact.txt", "-d", "."]
        process.run(argv, timeout_s=TIMEOUT_S, remedy=REMEDY, cwd=private)
        for file in private.glob("*.whl"):
            _unzip(file, private)
            file.unlink()


def _unzip(file: Path, into: Path) -> None:
    try:
        with zipfile.ZipFile(file) as archive:
            archive.extractall(into, members=_wanted(archive.namelist()))
    except (zipfile.BadZipFile, OSError) as error:
        raise HostFileError(f"{file.name} cannot be unpacked: {error}", remedy=REMEDY) from error


def _wanted(names: Iterable[str]) -> list[str]:
    return [name for name in names if any(fnmatch(name, pattern) for pattern in WANTED)]
