"""What can be made to go wrong with a simulated phone, each under a name.

A fault is one small class in this folder; its docstring is its line in the documentation. To add
one, write the class, name it in `FAULTS`, and state in `tests/devices/faults` what our side says
to it.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from sideload.errors import UsageError
from sideload.simulated.android.faults import (
    apps,
    greeting,
    lines,
    link,
    programs,
    protocol,
    runner,
    storage,
    sync,
)
from sideload.simulated.android.faults.fault import Fault

FAULTS: Final[tuple[type[Fault], ...]] = (
    link.RefusePort,
    link.Refuse,
    link.ReconnectStorm,
    link.ResetAt,
    link.DropAfter,
    link.StallAfter,
    link.HalfClose,
    link.FlipBit,
    link.Slow,
    link.RoundTrip,
    link.SmallBuffers,
    greeting.SilentGreeting,
    greeting.GarbageGreeting,
    greeting.Stls,
    greeting.GoneAtGreeting,
    greeting.Unauthorized,
    greeting.Denied,
    greeting.Pending,
    greeting.OldProtocol,
    greeting.MaxPayload,
    greeting.NoPayload,
    greeting.NoShellV2,
    greeting.NoSyncV2,
    greeting.NoDelayedAck,
    greeting.LyingFeatures,
    protocol.WrongMagic,
    protocol.OversizePayload,
    protocol.WrongChecksum,
    protocol.UnknownCommands,
    protocol.DuplicateOkay,
    protocol.ForeignOkay,
    protocol.NegativeAck,
    protocol.AckOverflow,
    protocol.OpensBack,
    protocol.CloseMidWrite,
    sync.FailMidPush,
    sync.HugeSizes,
    sync.EvilNames,
    sync.HugePiece,
    sync.HugeReason,
    sync.TornFile,
    sync.WrongContent,
    sync.ZipBomb,
    storage.FullAfter,
    storage.SmallDisk,
    storage.ReadOnly,
    storage.NoPermission,
    storage.NoExecution,
    storage.DirectoryInTheWay,
    storage.PlantedSymlink,
    storage.ChangedBeforeRename,
    storage.SlowDisk,
    storage.EpochClock,
    programs.WrongHash,
    programs.NoSha256sum,
    programs.NoStat,
    programs.NoDf,
    programs.OddFacts,
    programs.ScreenLock,
    programs.BatterySaver,
    programs.Hot,
    runner.MissingLibrary,
    runner.IllegalInstruction,
    runner.SegmentationFault,
    runner.Hang,
    runner.KillRunner,
    runner.OutOfMemory,
    apps.InstallRefused,
    apps.AppCrash,
    apps.AppKilled,
    apps.NoAppFile,
    apps.NoAppLog,
    lines.ExitWithoutBye,
    lines.Flood,
    lines.GarbageOutput,
    lines.BinaryOutput,
    lines.TornLines,
    lines.InterleavedLines,
    lines.ClockJump,
    link.RebootAfter,
    runner.RebootInRun,
    runner.Unplugged,
    runner.ThermalShutdown,
)


def parse(texts: Iterable[str]) -> tuple[Fault, ...]:
    """Make the faults that `NAME` or `NAME=VALUE` ask for.

    Raises:
        UsageError: No such fault, or its value is missing, unwanted or wrong.
    """
    known = {fault.name: fault for fault in FAULTS}
    made = []
    for text in texts:
        name, _, value = text.partition("=")
        if name not in known:
            raise UsageError(
                f"no fault called {name!r}; there are {', '.join(known)}",
                remedy="sideload simulate --fault help",
            )
        made.append(known[name](value))
    return tuple(made)


def described() -> Mapping[str, str]:
    """How each fault is asked for, and what it then does, in one line."""
    return {fault.usage(): " ".join((fault.__doc__ or "").split()) for fault in FAULTS}
