"""Runners for other machines than this one: what is fetched, compiled, refused, and with what."""

import re
import shutil
import tomllib
from pathlib import Path
from typing import Final

import pytest

from sideload import runners
from sideload.errors import AbiError, MissingToolError, ToolFailedError
from sideload.host import machine, process
from sideload.host.places import CACHE_VARIABLE
from sideload.runners import Place, _build, _carried, _ndk, _toolchain, _wheel
from sideload.runners.onnxruntime import SONAME, recipe
from sideload.values import CLibrary

CHECKOUT: Final = Path(__file__).resolve().parents[2]
OWN: Final = machine.abi() or ""


@pytest.fixture
def ndk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that looks like an NDK; its compilers hand everything to this machine's own."""
    home = tmp_path / "sdk" / "ndk" / "27.1.12297006"
    programs = home / "toolchains/llvm/prebuilt/linux-x86_64/bin"
    programs.mkdir(parents=True)
    own = process.find("c++") or process.find("g++")
    for level in (21, 24, 35):
        for triple in _ndk.TRIPLES.values():
            compiler = programs / f"{triple}{level}-clang++"
            compiler.write_text(f'#!/bin/sh\necho {level} >>"{tmp_path}/asked"\nexec {own} "$@"\n')
            compiler.chmod(0o755)
    for name in (*_ndk.VARIABLES, *_ndk.SDK_VARIABLES):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ANDROID_HOME", str(tmp_path / "sdk"))
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "cache"))
    return home


@pytest.fixture
def built_for_android(tmp_path: Path) -> Path:
    """A folder as an unzipped AAR has it; the library in it is this machine's."""
    folder = tmp_path / "android"
    (folder / "jni" / OWN).mkdir(parents=True)
    installed = next(_wheel.folder("onnxruntime").glob(f"capi/{SONAME}.*"))
    (folder / "jni" / OWN / "libonnxruntime.so").symlink_to(installed)
    (folder / "LICENSE").write_text("do as you like")
    return folder


def test_the_hashes_of_other_machines_wheels_are_those_that_the_lock_has() -> None:
    locked = (CHECKOUT / "requirements/all.txt").read_text()
    pins = tomllib.loads(_wheel.PINS.read_text())

    for package, versions in pins.items():
        for version, abis in versions.items():
            block = re.search(
                rf"^{package}=={re.escape(version)} .*?^\S", locked, re.MULTILINE | re.DOTALL
            )
            assert block is not None, f"{package} {version} is not the one that is locked"
            assert set(abis) == set(machine.SUPPORTED)
            assert all(pin["sha256"] in block[0] for pin in abis.values())


def test_a_release_whose_other_wheels_are_unknown_is_refused() -> None:
    old = _wheel.Wheel(root=Path(), package="executorch", version="0.1")

    with pytest.raises(MissingToolError, match=r"no libraries of executorch 0\.1 are known") as got:
        _wheel.pin(old, "arm64-v8a")

    assert got.value.remedy.startswith("pip install executorch==")


def test_a_wheel_with_another_content_than_is_known_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A folder stands for the registry, with something else under the right name.
    version = _wheel.version("onnxruntime")
    name = f"onnxruntime-{version}-cp311-cp311-manylinux_2_28_aarch64.whl"
    (tmp_path / name).write_bytes(b"PK\x05\x06" + bytes(18))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "cache"))
    other = next(abi for abi in machine.SUPPORTED if abi != OWN)
    if other != "arm64-v8a":
        pytest.skip("the file above is for 64-bit ARM")

    with pytest.raises(ToolFailedError, match=r"(?i)hash|match"):
        _wheel.wheel("onnxruntime", other)

    assert not list((tmp_path / "cache/wheels").glob("onnxruntime-*/"))


@pytest.mark.parametrize("abi", ["armeabi-v7a", "x86", "riscv64", ""])
@pytest.mark.parametrize("libc", ["carried", "bionic"])
def test_other_processors_than_the_two_are_refused_by_name(abi: str, libc: CLibrary) -> None:
    with pytest.raises(AbiError, match=abi or "unknown instruction set") as caught:
        runners.get("onnxruntime").assemble(Place(abi=abi, libc=libc, libraries="x"))

    assert "arm64-v8a or x86_64" in caught.value.remedy


@pytest.mark.parametrize(
    ("first", "listed", "suited"),
    [
        ("arm64-v8a", ["arm64-v8a", "armeabi-v7a"], "arm64-v8a"),
        ("armeabi-v7a", ["armeabi-v7a", "arm64-v8a"], "arm64-v8a"),
        ("x86_64", ["x86_64", "arm64-v8a"], "x86_64"),
        ("armeabi-v7a", ["armeabi-v7a", "armeabi"], "armeabi-v7a"),
        ("", [""], ""),
    ],
)
def test_a_phone_that_lists_a_64_bit_instruction_set_gets_that(
    first: str, listed: list[str], suited: str
) -> None:
    assert machine.suited(first, listed) == suited


def test_a_compiler_that_is_too_new_for_the_c_library_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "cache"))
    compiler = _toolchain.installed("c++")
    known = _carried.c_library(OWN).libraries
    newer = tmp_path / "newer"
    newer.write_text(
        f'#!/bin/sh\n{compiler.argv[0]} "$@" && for word; do last=$out; '
        '[ "$before" = -o ] && out=$word; before=$word; done && '
        'printf "\\0GLIBC_2.99\\0" >>"$out"\n'
    )
    newer.chmod(0o755)
    new = _toolchain.Toolchain(argv=(str(newer),), identity="newer")
    beside = [one.file for one in known]
    made = recipe(Path(), Path(), ())

    passed = _build.program(made, OWN, [new, compiler], beside)
    with pytest.raises(MissingToolError, match=r"its programs need GLIBC_2\.99"):
        _build.program(made, OWN, [new], beside)

    assert b"GLIBC_2.99" not in passed.path.read_bytes()


def test_a_runner_brings_its_own_loader_and_runs_with_nothing_else(tmp_path: Path) -> None:
    assembly = runners.get("executorch").assemble(Place(abi=OWN, libc="carried"))
    for file in assembly.payload:
        shutil.copyfile(file.file.path, tmp_path / file.name)
        (tmp_path / file.name).chmod(0o755)

    done = process.run(assembly.command, cwd=tmp_path, timeout_s=60, remedy="", check=False)

    # It says what is missing in its arguments, so it was loaded whole.
    assert assembly.command[:2] == ("env", "-i")
    assert assembly.environment == {}
    assert b"sideload:1" in done.stdout
    assert b"error while loading" not in done.stderr


def test_an_ndk_compiles_for_the_oldest_android_that_will_do(
    ndk: Path, built_for_android: Path, tmp_path: Path
) -> None:
    place = Place(abi=OWN, libc="bionic", libraries=str(built_for_android))

    assembly = runners.get("onnxruntime").assemble(place)

    assert ndk.is_dir()
    assert (tmp_path / "asked").read_text().split() == ["24"]
    assert [file.name for file in assembly.payload] == ["sideload-onnxruntime", SONAME]
    assert assembly.command == ("./sideload-onnxruntime",)
    assert assembly.licences[-1].files == (built_for_android / "LICENSE",)


def test_a_runtime_that_is_not_built_for_android_is_named(ndk: Path, tmp_path: Path) -> None:
    assert ndk.is_dir()
    for libraries in ("", str(tmp_path)):
        place = Place(abi="arm64-v8a", libc="bionic", libraries=libraries)
        with pytest.raises(MissingToolError, match="no libraries of a runtime") as caught:
            runners.get("executorch").assemble(place)
        assert "jni/arm64-v8a/*.so" in caught.value.remedy


def test_without_an_ndk_the_remedy_names_the_variable(
    ndk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ndk.is_dir()
    monkeypatch.delenv("ANDROID_HOME")

    with pytest.raises(MissingToolError, match="no NDK is installed") as caught:
        _ndk.toolchain("arm64-v8a")

    assert caught.value.remedy.startswith("ANDROID_NDK_HOME=<")


def test_an_ndk_without_a_compiler_is_not_whole(ndk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for compiler in ndk.rglob("*clang++"):
        compiler.unlink()
    monkeypatch.setenv("ANDROID_NDK_ROOT", str(ndk))

    with pytest.raises(MissingToolError, match="no compiler for arm64-v8a and Android 24 or later"):
        _ndk.toolchain("arm64-v8a")
