"""The console script `sideload`: Invoke's parser over our tasks, with our exit codes."""

import signal
import sys
from collections.abc import Sequence
from typing import Final

from sideload import __version__
from sideload.errors import INTERRUPTED, UsageError
from sideload.host.invoking import Exit, ParseError, Program
from sideload.tasks import PHONE_LISTS, ROAD_LISTS, namespace

REPEATABLE: Final = frozenset(f"--{name}" for name in (*ROAD_LISTS, *PHONE_LISTS))


def main(argv: Sequence[str] | None = None) -> None:
    """Run one command line and end the process with its exit code."""
    # A pipeline that gives up sends SIGTERM; what is half done is put away as for Ctrl-C.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    sys.exit(_run(["sideload", *(sys.argv[1:] if argv is None else argv)]))


def _run(argv: list[str]) -> int:
    program = Program(version=__version__, namespace=namespace, name="sideload", binary="sideload")
    try:
        # As `Program.run`, which would end with 1 where the command line itself is wrong.
        program.create_config()
        _check_values(argv)
        program.parse_core(argv)
        program.parse_collection()
        program.parse_tasks()
        program.parse_cleanup()
        program.update_config()
        sys.dont_write_bytecode = bool(sys.flags.dont_write_bytecode)
        program.execute()
    except ParseError as error:
        return _misused(str(error), as_json="--json" in argv)
    except Exit as end:
        if end.message:
            sys.stderr.write(f"{end.message}\n")
        return end.code
    except KeyboardInterrupt:
        return INTERRUPTED
    return 0


def _check_values(argv: list[str]) -> None:
    """Invoke takes a repeatable flag without a value for none at all, which would mean all."""
    for flag, following in zip(argv, [*argv[1:], "--"], strict=True):
        if flag in REPEATABLE and following.startswith("--"):
            raise ParseError(f"the flag {flag} needs a value")


def _misused(problem: str, *, as_json: bool) -> int:
    from sideload.commands import end

    return end.fail(UsageError(problem, remedy="sideload --list"), as_json=as_json)
