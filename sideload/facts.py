"""What a device says of itself at one moment; every fact may be missing, and then it is None.

A text that is missing is empty, a list empty. Temperatures are in degrees Celsius.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Cluster:
    """Cores that share a clock, by number: in kHz what it can be, what it may be, and what it is.

    `cap_khz` falls below `max_khz` where the phone holds its cores back.
    """

    cores: tuple[int, ...]
    kind: str = ""
    max_khz: int | None = None
    cap_khz: int | None = None
    now_khz: int | None = None


@dataclass(frozen=True, kw_only=True)
class Zone:
    """One thermometer."""

    name: str
    celsius: float


@dataclass(frozen=True, kw_only=True)
class Battery:
    """`percent` is of what it can hold; current has the sign that the phone gives it."""

    percent: float | None = None
    celsius: float | None = None
    status: str = ""
    is_plugged: bool | None = None
    volts: float | None = None
    amperes: float | None = None

    @property
    def is_charging(self) -> bool | None:
        """Whether current flows into it; None where the phone does not say."""
        return self.status == "charging" if self.status else None


@dataclass(frozen=True, kw_only=True)
class Program:
    """A program that ran while nothing was asked of the device; `share` is of all cores, of 1."""

    name: str
    share: float


@dataclass(frozen=True, kw_only=True)
class Load:
    """What else the processor did: the share of all cores in a short moment, and by whom.

    `averages` are the kernel's own, over 1, 5 and 15 minutes, in waiting programs.
    """

    busy: float | None = None
    programs: tuple[Program, ...] = ()
    averages: tuple[float, ...] = ()


@dataclass(frozen=True, kw_only=True)
class PhoneFacts:
    """All of it.

    `thermal_status` is Android's, from 0 (none) to 6 (shutdown). `features` are what kernels for
    models look for, in the names that their makers use (`dotprod`, `i8mm`, …). `screen` is `on`,
    `off` or `dozing`. `clock_s` is the wall clock, in seconds since 1970. `unknown` names what the
    device was asked for and did not answer.
    """

    model: str = ""
    soc: str = ""
    system: str = ""
    kernel: str = ""
    abis: tuple[str, ...] = ()
    page_bytes: int | None = None
    cores: int | None = None
    cores_online: int | None = None
    clusters: tuple[Cluster, ...] = ()
    features: tuple[str, ...] = ()
    ram_bytes: int | None = None
    available_bytes: int | None = None
    thermal_status: int | None = None
    zones: tuple[Zone, ...] = ()
    battery: Battery = field(default_factory=Battery)
    saves_power: bool | None = None
    screen: str = ""
    free_bytes: int | None = None
    load: Load = field(default_factory=Load)
    boot_id: str = ""
    uptime_s: float | None = None
    clock_s: int | None = None
    selinux: str = ""
    unknown: tuple[str, ...] = ()
