"""The one command that asks a device for everything: a few programs of toybox, and `dumpsys`.

Each section begins with a mark, so that one which prints nothing, or nonsense, spoils no other.
Paths stand in it whole: the simulated phone finds its own by their text.
"""

import shlex
from typing import Final

MARK: Final = "--- sideload "
END: Final = "end"

_CPU: Final = "/sys/devices/system/cpu"
_FREQUENCIES: Final = ("cpuinfo_max_freq", "scaling_max_freq", "scaling_cur_freq", "related_cpus")
_SUPPLY: Final = (
    *("type", "online", "present", "status", "capacity", "temp", "voltage_now", "current_now"),
)
_PROPERTIES: Final = (
    *("product.model", "product.cpu.abilist", "product.cpu.abi", "board.platform", "hardware"),
    *("soc.model", "soc.manufacturer", "build.version.release", "build.version.sdk"),
)
# Process number, name, and time on a processor, in ticks: as user and in the kernel. The name
# stands in brackets and may hold anything, brackets too; it ends at the last one.
_TIMES: Final = r"s/^([0-9]+) \((.*)\) [A-Za-z] ([-0-9]+ ){10}([0-9]+) ([0-9]+) .*/\1 \4 \5 \2/p"
# Long enough that a tick of ten milliseconds is a few per cent of one core, and soon over.
_MOMENT_S: Final = 0.2
_SAMPLE: Final = f"head -n 1 /proc/stat\nsed -nE '{_TIMES}' /proc/[0-9]*/stat"

_TEXT: Final = """\
exec 2>/dev/null
export LC_ALL=C
bounded=
command -v timeout >/dev/null && bounded='timeout 5'
{sections}
echo
echo '{mark}{end}'
"""


def command(root: str) -> str:
    """Shell text that prints every section; `root` is the folder whose free space matters."""
    # What is read may lack the end of its last line.
    parts = (f"echo\necho '{MARK}{name}'\n{text}" for name, text in _sections(root).items())
    return _TEXT.format(sections="\n".join(parts), mark=MARK, end=END)


def _sections(root: str) -> dict[str, str]:
    cores = " ".join(f"{_CPU}/cpu[0-9]*/cpufreq/{name}" for name in _FREQUENCIES)
    supply = " ".join(f"/sys/class/power_supply/*/{name}" for name in _SUPPLY)
    names = "|".join(name.replace(".", r"\.") for name in _PROPERTIES)
    return {
        "before": _SAMPLE,
        "after": f"sleep {_MOMENT_S:g} || sleep 1\n{_SAMPLE}",
        "averages": "cat /proc/loadavg",
        "properties": rf"getprop | grep -E '^\[ro\.({names})\]'",
        "kernel": "uname -r",
        "page": "getconf PAGE_SIZE",
        "possible": f"cat {_CPU}/possible",
        "online": f"cat {_CPU}/online",
        # With one file grep would not say which; with nothing of two there is always a second.
        "frequencies": f"grep . {cores} /dev/null",
        "kinds": "grep -E '^(processor|Processor|Hardware|CPU implementer|CPU part|model name)'"
        " /proc/cpuinfo",
        "features": "grep -m 1 -E '^(Features|flags)' /proc/cpuinfo",
        "memory": "grep -E '^(MemTotal|MemAvailable|MemFree)' /proc/meminfo",
        "battery": "$bounded dumpsys battery",
        "supply": f"grep . {supply} /dev/null",
        "thermal": r"$bounded dumpsys thermalservice | grep -E 'Status:|Temperature\{|:$'",
        "zones": "grep . /sys/class/thermal/thermal_zone*/type"
        " /sys/class/thermal/thermal_zone*/temp /dev/null",
        "power": "$bounded dumpsys power | grep -E "
        "'mWakefulness=|Display Power: |mLowPowerModeEnabled=|mSettingBatterySaverEnabled='",
        "display": "$bounded dumpsys display | grep -m 1 mScreenState=",
        "saver": "$bounded settings get global low_power",
        "space": f"df -k {shlex.quote(root)}",
        "boot": "cat /proc/sys/kernel/random/boot_id",
        "uptime": "cat /proc/uptime",
        "clock": "date +%s",
        "selinux": "getenforce",
    }


SECTIONS: Final = tuple(_sections("/"))
