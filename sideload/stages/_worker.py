"""The parent's end of the worker process: started when first needed, ended with the command."""

import contextlib
import json
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Final

from sideload.errors import WorkerCrashError
from sideload.host import jsonfile
from sideload.values import Artifact
from sideload.worker.job import Job, raised

ANSWER_WITHIN_S: Final = 3600.0
ENDS_WITHIN_S: Final = 2.0
SHOWN_BYTES: Final = 1500
_CHUNK: Final = 1 << 16


class Worker:
    """One child process; a new one takes its place where it died.

    `before` is called once, by `prepare` or before the first one starts; what it raises is in the
    way of that.
    """

    def __init__(
        self,
        log: Path,
        *,
        within_s: float = ANSWER_WITHIN_S,
        before: Callable[[], object] | None = None,
    ) -> None:
        self._log = log
        self._before = before
        self._within_s = within_s
        self._process: subprocess.Popen[bytes] | None = None
        self._answers: IO[bytes] | None = None
        self._rest = b""

    def prepare(self) -> None:
        """See that what is needed before anything is made is there; nothing is started yet."""
        before, self._before = self._before, None
        if before is not None:
            before()

    def lower(self, job: Job, say: Callable[[str], None]) -> Artifact:
        """The artifact that the worker made; `say` is told what it is doing.

        Raises:
            WorkerCrashError: It died or fell silent; the message holds the end of its stderr.
            SideloadError: Whatever it refused to do.
        """
        process = self._started()
        if process.stdin is None:
            raise AssertionError("asked for when it was started")
        try:
            process.stdin.write(json.dumps({"job": jsonfile.dump(job)}).encode() + b"\n")
            process.stdin.flush()
        except BrokenPipeError:
            raise self._crash("died before it was asked") from None
        for answer in self._heard():
            if "say" in answer:
                say(answer["say"])
            elif "error" in answer:
                raise raised(answer["error"])
            else:
                return jsonfile.load(Artifact, answer["artifact"])
        raise self._crash("died")

    def close(self) -> None:
        """End the process and whatever it started."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.stdin is not None:
            process.stdin.close()
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        if self._answers is not None:
            self._answers.close()

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is None:
            return self._process
        self.close()
        self.prepare()
        self._log.parent.mkdir(parents=True, exist_ok=True)
        reading, writing = os.pipe()
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "sideload.worker", str(writing)],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                pass_fds=(writing,),
                start_new_session=True,  # an interrupt is ours to handle; the child is just ended
            )
        os.close(writing)
        self._answers, self._rest = os.fdopen(reading, "rb", buffering=0), b""
        return self._process

    def _heard(self) -> Iterator[dict[str, Any]]:
        """Each answer as it comes, until the process is gone."""
        if self._answers is None:
            raise AssertionError("there is a pipe where there is a process")
        deadline_s = time.monotonic() + self._within_s
        with selectors.DefaultSelector() as selector:
            selector.register(self._answers, selectors.EVENT_READ)
            while selector.select(max(0.0, deadline_s - time.monotonic())):
                piece = os.read(self._answers.fileno(), _CHUNK)
                if not piece:
                    return
                *lines, self._rest = (self._rest + piece).split(b"\n")
                yield from (json.loads(line) for line in lines)
        raise self._crash(f"gave no answer within {self._within_s:.0f} s")

    def _crash(self, what: str) -> WorkerCrashError:
        process = self._process
        if process is not None:
            # It has closed its pipe, and may need a moment to end by itself and say how.
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(ENDS_WITHIN_S)
        self.close()
        code = process.returncode if process is not None else 0
        how = f" of {signal.Signals(-code).name}" if code < 0 else ""
        with self._log.open("rb") as log:
            log.seek(max(0, self._log.stat().st_size - SHOWN_BYTES))
            end = log.read().decode("utf-8", "replace").strip()
        memory = ", and free memory" if code == -signal.SIGKILL else ""
        return WorkerCrashError(
            f"the export process {what}{how}; its last words were:\n{end}",
            remedy=f"read {self._log}{memory}; report it with that file if the model is a good one",
        )


@contextmanager
def worker(log: Path, *, before: Callable[[], object] | None = None) -> Iterator[Worker]:
    """A worker for as long as the block runs; it costs nothing until it is asked."""
    made = Worker(log, before=before)
    try:
        yield made
    finally:
        made.close()
