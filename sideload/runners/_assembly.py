"""Everything that a device needs to execute models on one runtime, for each kind of C library."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from sideload.host import files, places
from sideload.runners import Assembly, Licence, Place, _build, _carried, _compilers, _ndk, _wheel
from sideload.values import FileRef, PayloadFile

# Without what a phone's shell has set, such as libraries of Android's to load into every program.
CLEAN: Final = ("env", "-i")


@dataclass(frozen=True, kw_only=True)
class Runtime:
    """One runtime's program: what it is made from, and what it needs while it runs.

    `libraries` are patterns for the files that are pushed, by the names that they will have;
    `inside` is where a wheel keeps them. `recipe` makes a program from the folders of headers and
    of libraries, and those files.
    """

    package: str
    program: str
    inside: str
    libraries: Mapping[str, tuple[str, ...]]
    recipe: Callable[[Path, Path, tuple[FileRef, ...]], _build.Recipe]
    variables: Mapping[str, str] = field(default_factory=dict)


def assemble(runtime: Runtime, place: Place) -> Assembly:
    """The program, its libraries, and how it is started at that place.

    Raises:
        AbiError, MissingToolError, MissingPackageError, ToolFailedError: As for a `Runner`.
    """
    return {"host": _hosted, "carried": _carrying, "bionic": _bionic}[place.libc](runtime, place)


def _hosted(runtime: Runtime, place: Place) -> Assembly:
    toolchain = _compilers.own(place.abi)
    wheel = _wheel.wheel(runtime.package, place.abi)
    libraries = _in_wheel(runtime, wheel)
    recipe = _recipe(runtime, wheel, libraries)
    program = _build.program(recipe, place.abi, [toolchain])
    return Assembly(
        payload=(_executable(runtime, program), *libraries),
        command=(f"./{runtime.program}",),
        environment={"LD_LIBRARY_PATH": "{folder}", **runtime.variables},
        licences=(_own(), _of(wheel)),
    )


def _carrying(runtime: Runtime, place: Place) -> Assembly:
    c_library = _carried.c_library(place.abi)
    wheel = _wheel.wheel(runtime.package, place.abi)
    libraries = _in_wheel(runtime, wheel)
    recipe = _recipe(runtime, wheel, libraries)
    compilers = _compilers.carried(place.abi)
    program = _build.program(recipe, place.abi, compilers, _refs(c_library.libraries))
    settings = (f"{name}={value}" for name, value in runtime.variables.items())
    loader = c_library.loader
    started = (f"./{loader.name}", "--library-path", ".", f"./{runtime.program}")
    return Assembly(
        payload=(_executable(runtime, program), *libraries, loader, *c_library.libraries),
        command=(*CLEAN, *settings, *started),
        environment={},
        licences=(_own(), _of(wheel), *c_library.licences),
    )


def _bionic(runtime: Runtime, place: Place) -> Assembly:
    toolchain = _ndk.toolchain(place.abi)
    given = _ndk.Libraries.inside(place.libraries, place.abi)
    libraries = _payload(
        {name: given.library(patterns) for name, patterns in runtime.libraries.items()}
    )
    recipe = runtime.recipe(given.headers, given.folder, _refs(libraries))
    program = _build.program(recipe, place.abi, [toolchain])
    return Assembly(
        payload=(_executable(runtime, program), *libraries, *_payload(given.shared())),
        command=(f"./{runtime.program}",),
        environment={"LD_LIBRARY_PATH": "{folder}", **runtime.variables},
        licences=(_own(), Licence(of=f"what is in {place.libraries}", files=given.licences())),
    )


def _in_wheel(runtime: Runtime, wheel: _wheel.Wheel) -> tuple[PayloadFile, ...]:
    folder = wheel.folder / runtime.inside
    return _payload(
        {name: wheel.library(folder, patterns) for name, patterns in runtime.libraries.items()}
    )


def _recipe(
    runtime: Runtime, wheel: _wheel.Wheel, libraries: tuple[PayloadFile, ...]
) -> _build.Recipe:
    # The headers are the same for every machine; another machine's wheel is unpacked without them.
    headers = _wheel.folder(runtime.package) / "include"
    return runtime.recipe(headers, wheel.folder / runtime.inside, _refs(libraries))


def _payload(found: Mapping[str, Path]) -> tuple[PayloadFile, ...]:
    return tuple(PayloadFile(name=name, file=files.ref(path)) for name, path in found.items())


def _refs(payload: tuple[PayloadFile, ...]) -> tuple[FileRef, ...]:
    return tuple(one.file for one in payload)


def _executable(runtime: Runtime, program: FileRef) -> PayloadFile:
    return PayloadFile(name=runtime.program, file=program, executable=True)


def _own() -> Licence:
    return Licence(of="the runner, compiled from sideload's templates", files=places.licences())


def _of(wheel: _wheel.Wheel) -> Licence:
    return Licence(of=f"{wheel.package} {wheel.version}", files=wheel.licences())
