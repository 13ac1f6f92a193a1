"""A phone with another processor than the host's: its programs really run, under QEMU.

The host's kernel refuses a program for another processor. A small library, compiled into the cache
and loaded into each command of the phone, starts such a program through the emulator instead. What
the emulated program sees of its processor are the phone's own files.
"""

import hashlib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from sideload.errors import MissingToolError
from sideload.host import cache, files, locks, process
from sideload.simulated.android import properties

VARIABLE: Final = "SIDELOAD_QEMU"
EMULATORS: Final = ("qemu-aarch64-static", "qemu-aarch64")
COMPILERS: Final = ("cc", "gcc", "clang")
REMEDY: Final = f"sudo apt install qemu-user-static, or {VARIABLE}=<path of qemu-aarch64>"
SOURCE: Final = Path(__file__).with_name("execute.c")
FLAGS: Final = ("-std=gnu11", "-O2", "-fPIC", "-shared", "-Wall", "-Wextra")
TIMEOUT_S: Final = 120.0
ABI: Final = "arm64-v8a"
# A core of 2018 with dot products, which every phone of these years has.
PROCESSOR: Final = "cortex-a76"

# What such a phone says of itself: four small cores and four big ones (Arm's part, fastest in kHz).
CORES: Final = (*((0xD05, 1_800_000),) * 4, *((0xD41, 2_400_000),) * 4)
FEATURES: Final = (
    "fp asimd evtstrm aes pmull sha1 sha2 crc32 atomics fphp asimdhp cpuid asimdrdm lrcpc dcpop "
    "asimddp"
)
CPUS: Final = "sys/devices/system/cpu"
SLOWEST_KHZ: Final = 300_000


def variables(root: Path, table: Mapping[str, str]) -> dict[str, str]:
    """What a command of the phone must have in its environment; nothing where it is not needed.

    Without an emulator there is nothing either: programs for another processor then do not start.

    Raises:
        MissingToolError: `SIDELOAD_QEMU` names no program, or there is no C compiler.
        ToolFailedError: The compiler refused.
        HostFileError: A file cannot be written.
    """
    if table.get("ro.product.cpu.abi") != ABI or properties.host_abi() == ABI:
        return {}
    for name, text in _texts():
        files.new_folder((root / name).parent)
        (root / name).write_text(text, encoding="utf-8")
    emulator = _emulator()
    if emulator is None:
        return {}
    return {
        "LD_PRELOAD": str(_library()),
        "SIDELOAD_EMULATOR": str(emulator),
        "SIDELOAD_EMULATOR_ROOT": str(root),
        "SIDELOAD_EMULATOR_CPU": PROCESSOR,
    }


def _emulator() -> Path | None:
    named = os.environ.get(VARIABLE)
    if named:
        found = process.find(named)
        if found is None:
            raise MissingToolError(f"{VARIABLE} names no program: {named}", remedy=REMEDY)
        return found.absolute()
    return next((found for name in EMULATORS if (found := process.find(name))), None)


def _library() -> Path:
    key = hashlib.sha256(f"{FLAGS} {files.sha256(SOURCE)}".encode()).hexdigest()[:24]
    folder = cache.folder("emulation") / key
    library = folder / "execute.so"
    with locks.held(key, folder=folder.parent, wait_s=TIMEOUT_S, doing="compiling"):
        if not library.is_file():
            with files.building(folder) as private:
                argv = [_compiler(), *FLAGS, str(SOURCE), "-o", str(private / library.name), "-ldl"]
                process.run(argv, timeout_s=TIMEOUT_S, remedy="sudo apt install gcc")
    return library


def _compiler() -> str:
    for name in COMPILERS:
        if process.find(name) is not None:
            return name
    raise MissingToolError("no C compiler is installed", remedy="sudo apt install gcc")


def _texts() -> Iterator[tuple[str, str]]:
    last = len(CORES) - 1
    yield "proc/cpuinfo", "".join(_core(number, part) for number, (part, _) in enumerate(CORES))
    yield from ((f"{CPUS}/{name}", f"0-{last}\n") for name in ("possible", "present", "online"))
    yield f"{CPUS}/kernel_max", f"{last}\n"
    for number, (_, fastest_khz) in enumerate(CORES):
        half = len(CORES) // 2
        alike = f"{half}-{last}" if number >= half else f"0-{half - 1}"
        place = f"{CPUS}/cpu{number}"
        yield f"{place}/cpufreq/cpuinfo_max_freq", f"{fastest_khz}\n"
        yield f"{place}/cpufreq/cpuinfo_min_freq", f"{SLOWEST_KHZ}\n"
        yield f"{place}/topology/physical_package_id", "0\n"
        yield f"{place}/topology/core_id", f"{number % half}\n"
        yield f"{place}/topology/core_siblings_list", f"{alike}\n"
        yield f"{place}/topology/cluster_cpus_list", f"{alike}\n"


def _core(number: int, part: int) -> str:
    return (
        f"processor\t: {number}\nBogoMIPS\t: 52.00\nFeatures\t: {FEATURES}\n"
        "CPU implementer\t: 0x41\nCPU architecture: 8\nCPU variant\t: 0x1\n"
        f"CPU part\t: 0x{part:03x}\nCPU revision\t: 0\n\n"
    )
