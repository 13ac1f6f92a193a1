"""What our side says to each fault of a simulated phone: the table behind `test_rows`.

A row states what is tried, and how that ends: it succeeds, or fails with this error and a remedy
with these words. What must hold after every row is in `test_rows`.
"""

from dataclasses import dataclass, replace
from typing import Final

from sideload.errors import (
    DeviceCommandError,
    DeviceError,
    DeviceFullError,
    DeviceGoneError,
    HashMismatchError,
    ProtocolError,
    RefusedError,
    RunnerError,
    TransferError,
    UnauthorizedError,
)
from tests.devices.faults import bench
from tests.devices.faults.bench import Act


@dataclass(frozen=True, kw_only=True)
class Row:
    """`fault` is asked for as on the command line, perhaps with others behind it.

    `error` is None where the act succeeds.
    `problem` and `remedy` are words of the error. `ends_phone` says that the phone is of no use
    afterwards, or has to start with the fault, and so is one of its own. `timeout_s` bounds each
    silence.
    """

    fault: str
    act: Act
    error: type[DeviceError] | None = None
    problem: str = ""
    remedy: str = ""
    ends_phone: bool = False
    timeout_s: float = bench.TIMEOUT_S

    @property
    def name(self) -> str:
        """The fault's, without its value."""
        return self.fault.split()[0].partition("=")[0]


def fine(fault: str, act: Act) -> Row:
    """The act succeeds in spite of the fault."""
    return Row(fault=fault, act=act)


def fails(
    fault: str,
    act: Act,
    error: type[DeviceError],
    problem: str,
    remedy: str,
    *,
    ends_phone: bool = False,
) -> Row:
    """The act fails with these words."""
    return Row(
        fault=fault, act=act, error=error, problem=problem, remedy=remedy, ends_phone=ends_phone
    )


def silent(
    fault: str,
    act: Act,
    error: type[DeviceError],
    problem: str,
    remedy: str,
    *,
    ends_phone: bool = False,
) -> Row:
    """The phone says nothing, and the act fails with these words after a second."""
    row = fails(fault, act, error, problem, remedy, ends_phone=ends_phone)
    return replace(row, timeout_s=1.0)


AGAIN: Final = "then run the command again"
DEBUGGING: Final = "restart adb debugging on the phone"
DAEMON: Final = "check that an adb daemon listens at this address"
WRITABLE: Final = "set device_root in the target to a folder that"
ROOM: Final = "sideload clean --device"
LOG: Final = "adb logcat -d"

connect, push, pull, stat = bench.connect, bench.push, bench.pull, bench.stat
deploy, measure = bench.deploy, bench.measure

LINK: Final = (
    fails("refuse-port", connect, RefusedError, "refused the connection", "adb tcpip 5555",
          ends_phone=True),
    fails("refuse", connect, RefusedError, "before the phone introduced itself", DEBUGGING),
    fails("reconnect-storm=1", connect, RefusedError, "before the phone introduced", DEBUGGING),
    fails("reset-at=connect", connect, RefusedError, "before the phone introduced", DEBUGGING),
    fails("reset-at=greeting", connect, RefusedError, "before the phone introduced", DEBUGGING),
    fails("reset-at=auth", connect, RefusedError, "before the phone introduced", DEBUGGING),
    fails("reset-at=open", connect, DeviceGoneError, "broke", AGAIN),
    fails("reset-at=open:2", deploy, DeviceGoneError, "broke", AGAIN),
    fails("reset-at=okay no-delayed-ack", connect, DeviceGoneError, "broke", AGAIN),
    fails("reset-at=write:5", deploy, DeviceGoneError, "broke", AGAIN),
    fails("reset-at=close", stat, DeviceGoneError, "broke", AGAIN),
    *(
        fails(f"drop-after={size_bytes}", deploy, DeviceGoneError, "connection", AGAIN)
        for size_bytes in (2_000, 100_000, 4_000_000, 8_500_000)
    ),
    fails("drop-after=0", connect, RefusedError, "before the phone introduced itself", DEBUGGING),
    silent("stall-after=0", connect, DeviceGoneError, "said nothing for 1 s", DAEMON),
    silent("stall-after=4000000", deploy, DeviceGoneError, "for 1 s", AGAIN),
    fails("half-close=2000", deploy, DeviceGoneError, "closed the connection", AGAIN),
    fine("flip-bit=3000000:in", deploy),
    fails("flip-bit=0:in", connect, RefusedError, "before the phone introduced", DEBUGGING),
    fails("flip-bit=20:out", connect, ProtocolError, "no adb packet starts with", DAEMON),
    fails("flip-bit=60:out", connect, RefusedError, "wrong checksum", DEBUGGING),
    fine("slow=20000000", deploy),
    fine("slow=50000", connect),
    fine("round-trip=300", connect),
    fine("round-trip=40", deploy),
    fine("small-buffers=32768", deploy),
    fine("small-buffers=4096", pull),
    fails("reboot-after=4000000", deploy, DeviceGoneError, "connection", AGAIN),
)  # fmt: skip

GREETING: Final = (
    silent("silent-greeting", connect, DeviceGoneError, "said nothing for 1 s", DAEMON),
    fails("garbage-greeting", connect, ProtocolError, "no adb packet starts with", DAEMON),
    fails("stls", connect, RefusedError, "wants a paired, encrypted", "adb tcpip 5555"),
    fails("gone-at-greeting", connect, DeviceGoneError, "connection", AGAIN),
    silent("unauthorized", connect, UnauthorizedError, "nobody accepted within 1 s", "unlock"),
    fails("denied", connect, UnauthorizedError, "hung up", "unlock the phone"),
    Row(fault="pending=1", act=connect, ends_phone=True),
    silent(
        "pending=30",
        connect,
        UnauthorizedError,
        "nobody accepted within 1 s",
        "unlock",
        ends_phone=True,
    ),
    fine("old-protocol", measure),
    fine("max-payload=1024", connect),
    fine("max-payload=4096", measure),
    fails("no-payload", connect, ProtocolError, "takes only 0 bytes", DAEMON),
    fine("no-shell-v2", measure),
    fine("no-sync-v2", measure),
    fine("no-delayed-ack", measure),
    fails("lying-features=shell_v2", connect, RefusedError, "refused the service", DEBUGGING),
    fails("lying-features=sendrecv_v2", push, TransferError, "unknown request", DEBUGGING),
    fails("lying-features=sendrecv_v2", pull, TransferError, "unknown request", DEBUGGING),
    fails(
        "lying-features=stat_v2",
        stat,
        DeviceGoneError,
        "in the middle of an answer",
        "run the command",
    ),
    fine("lying-features=ls_v2", measure),
    fails(
        "lying-features=sendrecv_v2_zstd slow=20000000",
        bench.push_text,
        TransferError,
        "unknown compression",
        DEBUGGING,
    ),
)

PROTOCOL: Final = (
    fails("wrong-magic", connect, ProtocolError, "no adb packet starts with", DAEMON),
    fails("oversize-payload", connect, ProtocolError, "claims 4294967295 bytes", DAEMON),
    fails("wrong-checksum", connect, DeviceGoneError, "wrong checksum", "another cable"),
    fine("unknown-commands", measure),
    fine("duplicate-okay", deploy),
    fine("foreign-okay", measure),
    fine("negative-ack", measure),
    fine("ack-overflow", deploy),
    fine("opens-back", measure),
    fails("close-mid-write=3000000", deploy, DeviceGoneError, "without saying", AGAIN),
    fails(
        "close-mid-write=100000", push, DeviceGoneError, "stopped taking files", "which continues"
    ),
)

SYNC: Final = (
    fails("fail-mid-push=100000", push, TransferError, "Input/output error", "adb reboot"),
    fails("fail-mid-push=3000000", deploy, TransferError, "Input/output error", "adb reboot"),
    fine("huge-sizes", stat),
    fine("huge-sizes", measure),
    fine("evil-names", measure),
    fails("huge-piece", pull, ProtocolError, "claims 4294967295 bytes", DAEMON),
    fails("huge-reason", pull, ProtocolError, "claims 4294967295 bytes", DAEMON),
    silent("torn-file", pull, DeviceGoneError, "said nothing for 1 s", AGAIN),
    fails("wrong-content", measure, HashMismatchError, "not what the runner wrote", "run it again"),
    fine("zip-bomb", pull),
)

STORAGE: Final = (
    *(
        fails(f"full-after={size_bytes}", deploy, DeviceFullError, "No space left", ROOM)
        for size_bytes in (0, 1, 1_000, 100_000, 155_000, 5_000_000, 8_000_000, 8_500_000)
    ),
    fails("small-disk=4000000", deploy, DeviceFullError, "needed", ROOM),
    fails("read-only", deploy, DeviceCommandError, "Read-only file system", WRITABLE),
    fails("read-only", push, TransferError, "Read-only file system", WRITABLE),
    fails("no-permission", deploy, DeviceCommandError, "Permission denied", WRITABLE),
    fails("no-permission", push, TransferError, "Permission denied", WRITABLE),
    fails("noexec", measure, RunnerError, "code 126", "whose files may be executed"),
    fails("directory-in-the-way", push, TransferError, "Is a directory", ROOM),
    fails("directory-in-the-way", deploy, TransferError, "Is a directory", ROOM),
    fine("planted-symlink", push),
    fine("planted-symlink", measure),
    fails(
        "changed-before-rename",
        deploy,
        HashMismatchError,
        "changed a file",
        "run the command again",
    ),
    fine("slow-disk=30000000", deploy),
    fine("epoch-clock", measure),
    fails("wrong-hash", deploy, HashMismatchError, "twice received", "another cable"),
    fine("no-sha256sum", deploy),
    fine("no-df", deploy),
    fails("no-stat", deploy, DeviceCommandError, "lacks the program", "Android 6"),
)

RUN: Final = (
    fails("missing-library", measure, RunnerError, "CANNOT LINK", "assembles the runner anew"),
    fails("illegal-instruction", measure, RunnerError, "code 132", "--precision float32"),
    fails("segmentation-fault", measure, RunnerError, "code 139", "adb logcat -d -b crash"),
    silent("hang=3", measure, DeviceGoneError, "said nothing for 1 s", AGAIN),
    fails("kill-runner=4", measure, RunnerError, "code 137 after 4 whole", "smaller model"),
    fails("out-of-memory=4", measure, RunnerError, "code 137 after 4 whole", "smaller model"),
    fails("exit-without-bye", measure, RunnerError, "ended too early", LOG),
    fine("flood=10000000", measure),
    fails("flood=20000000000", measure, ProtocolError, "more than 64 MiB", "adb shell ps"),
    fine("garbage-output", measure),
    fine("binary-output", measure),
    fails("torn-lines", measure, RunnerError, "torn lines", LOG),
    fails("interleaved-lines", measure, RunnerError, "torn lines", LOG),
    fails("clock-jump", measure, RunnerError, "torn lines", LOG),
    fails("reboot-in-run=4", measure, DeviceGoneError, "connection", AGAIN),
    fails("unplugged=4", measure, DeviceGoneError, "connection", AGAIN, ends_phone=True),
    fails("thermal-shutdown=4", measure, DeviceGoneError, "connection", AGAIN, ends_phone=True),
    fine("screen-lock", measure),
    fine("battery-saver", measure),
    fine("hot", measure),
    fine("odd-facts", measure),
)

ROWS: Final = (*LINK, *GREETING, *PROTOCOL, *SYNC, *STORAGE, *RUN)
