"""An open connection: what a device is asked to do, over whatever carries its services."""

import io
import os
import shlex
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Final

from sideload.errors import TransferError
from sideload.transports import Completed, Held, Push, RemoteFile
from sideload.transports._adb import (
    commands,
    facts,
    holding,
    lanes,
    reading,
    receiving,
    refusing,
    sending,
)
from sideload.transports._adb.agreement import Agreement
from sideload.transports._adb.channel import Services
from sideload.transports._adb.commands import OnOutput, Source
from sideload.transports._adb.pace import Pace
from sideload.transports._adb.packing import Progress
from sideload.values import Device

_NOT_THERE: Final = 90
# As large as what a pipe holds: `dd` reads no more at once.
_BLOCK_BYTES: Final = 64 << 10


class AdbConnection:
    """One device; several threads may use it at once, each as if it were alone."""

    def __init__(
        self,
        serial: str,
        agreement: Agreement,
        services: Services,
        *,
        transport: str = "adb",
        most_lanes: int = lanes.MOST,
    ) -> None:
        self._features = agreement.features
        self._services = services
        self._most_lanes = most_lanes
        self._pace = Pace()
        self._timeout_s = services.timeout_s
        printed = self.run(facts.COMMAND, timeout_s=self._timeout_s).stdout
        self._device = facts.device(serial, agreement.banner, printed, transport=transport)

    @property
    def device(self) -> Device:
        """The device, as it described itself when the connection was opened."""
        return self._device

    def run(
        self,
        command: str,
        *,
        timeout_s: float = 60.0,
        stdin: bytes = b"",
        on_stdout: Callable[[bytes], None] | None = None,
    ) -> Completed:
        """Run a shell command on the device; `timeout_s` bounds each silence of it.

        Before Android 7, stderr is in stdout.
        """
        return self._run(command, io.BytesIO(stdin).readinto, len(stdin), timeout_s, on_stdout)

    def hold(self, command: str) -> AbstractContextManager[Held]:
        """Run a shell command for as long as the block, in a channel of its own."""
        return holding.held(self._services, command, is_v2="shell_v2" in self._features)

    def push(self, files: Sequence[Push], *, progress: Callable[[int], None] | None = None) -> None:
        """Send files, all in one channel, or in a few where the phone answers each packet.

        `progress` is told the bytes sent since its last call, by one thread at a time.
        """
        count = lanes.count(files, self._most_lanes)
        if count == 1:
            self._push(files, self._pace, progress)
        else:
            lanes.send(files, count, self._push, pace=self._pace, progress=progress)

    def append(
        self,
        local: Path,
        remote: str,
        offset: int,
        *,
        progress: Callable[[int], None] | None = None,
    ) -> None:
        """Continue `remote`, which already holds at least the first `offset` bytes of `local`.

        It begins at the border of a block. What has arrived stays when the connection breaks; a
        half-sent `push` is deleted by adbd.

        Raises:
            TransferError: It holds fewer bytes.
        """
        place = shlex.quote(remote)
        # A link that somebody planted there would lead the content elsewhere.
        blocks, command = offset // _BLOCK_BYTES, f"rm -f {place} && cat >{place}"
        if offset:
            enough = f'[ "$(wc -c <{place})" -ge {offset} ] || exit {_NOT_THERE}'
            command = f"{enough}; dd of={place} bs={_BLOCK_BYTES} seek={blocks} conv=notrunc"
        with _content(local, blocks * _BLOCK_BYTES, progress) as (source, size_bytes):
            done = self._run(command, source, size_bytes, self._timeout_s, None)
        if done.exit_code == _NOT_THERE:
            raise TransferError(
                f"{remote} does not hold {offset} bytes any more",
                remedy="run the command again, when no other run uses this phone",
            )
        if done.exit_code:
            words = (done.stderr or done.stdout).decode("utf-8", "replace").strip()
            # Whatever `dd` counts comes after what is wrong.
            words = words.partition("\n")[0]
            raise refusing.refusal(remote, words or f"exit code {done.exit_code}")

    def pull(self, remote: str, local: Path) -> None:
        """Fetch one file; `local` appears whole or not at all."""
        with self._services.open("sync:") as channel:
            receiving.pull(channel, remote, local, is_v2="sendrecv_v2" in self._features)

    def stat(self, paths: Iterable[str]) -> list[RemoteFile | None]:
        """What the device says of each path, links not followed; None where there is none."""
        with self._services.open("sync:") as channel:
            return receiving.status(channel, list(paths), is_v2="stat_v2" in self._features)

    def list(self, folder: str) -> list[RemoteFile]:
        """What is in a folder; nothing where there is none."""
        with self._services.open("sync:") as channel:
            return receiving.listing(channel, folder, is_v2="ls_v2" in self._features)

    def close(self) -> None:
        """Let go of the device."""
        self._services.close()

    def _push(self, files: Iterable[Push], pace: Pace, progress: Progress | None) -> None:
        with self._services.open("sync:") as channel:
            sending.push(
                channel,
                files,
                can_compress="sendrecv_v2_zstd" in self._features,
                is_v2="sendrecv_v2" in self._features,
                pace=pace,
                progress=progress,
            )

    def _run(
        self,
        command: str,
        source: Source,
        source_bytes: int,
        timeout_s: float,
        on_stdout: OnOutput | None,
    ) -> Completed:
        run = commands.run if "shell_v2" in self._features else commands.run_old
        return run(
            self._services,
            command,
            source,
            source_bytes=source_bytes,
            timeout_s=timeout_s,
            on_stdout=on_stdout,
        )


@contextmanager
def _content(
    local: Path, offset: int, progress: Callable[[int], None] | None
) -> Iterator[tuple[Source, int]]:
    """A file from `offset` to its present end, as input of a command; and how much that is."""
    with reading.reading(local) as (descriptor, status):
        at = offset

        def read(room: memoryview) -> int:
            nonlocal at
            size_bytes = os.preadv(descriptor, [room[: status.st_size - at]], at)
            if not size_bytes and at < status.st_size:
                raise reading.cut_short(local)
            at += size_bytes
            if progress is not None and size_bytes:
                progress(size_bytes)
            return size_bytes

        yield read, max(0, status.st_size - offset)
