"""`python -m sideload.worker FD`: read jobs from stdin, answer on the file descriptor `FD`."""

import ctypes
import json
import os
import signal
import sys
import traceback
from typing import Any, Final

from sideload.errors import SideloadError
from sideload.host import jsonfile
from sideload.worker.job import Job, described

_DIE_WITH_PARENT: Final = 1  # PR_SET_PDEATHSIG of <sys/prctl.h>


def main(descriptor: int) -> int:
    """Serve until stdin ends; the exit code."""
    _quiet_environment()
    _end_with_parent()
    answers = os.fdopen(descriptor, "w", encoding="utf-8")
    # What the user's code prints must not be taken for an answer; stderr is kept in the log.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())

    def send(**fields: Any) -> None:  # noqa: ANN401 - JSON
        answers.write(json.dumps(fields) + "\n")
        answers.flush()

    from sideload.worker.lowering import lower
    from sideload.worker.session import Session

    session = Session()
    for line in sys.stdin:
        try:
            job = jsonfile.load(Job, json.loads(line)["job"])
            artifact = lower(session, job, lambda text: send(say=text))
            send(artifact=jsonfile.dump(artifact))
        except SideloadError as error:
            traceback.print_exc()
            send(error=described(error))
    return 0


def _quiet_environment() -> None:
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")


def _end_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
