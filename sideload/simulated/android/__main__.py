"""`python -m sideload.simulated.android OPTIONS`: one phone, until SIGTERM or the end of stdin.

This is how `launch` starts it, and nobody else: OPTIONS are those of `options.to_json`, and the one
line on stdout is either the phone or why there is none. People use `sideload simulate`.
"""

import json
import sys
from collections.abc import Sequence

from sideload.errors import SideloadError
from sideload.simulated import RunningPhone
from sideload.simulated.android import registry
from sideload.simulated.android.options import from_json
from sideload.simulated.android.run import run


def main(argv: Sequence[str]) -> int:
    """Run one phone; the exit code."""
    try:
        run(from_json(argv[0]), _announce, ends_with_stdin=True)
    except SideloadError as error:
        _say(json.dumps({"error": _described(error)}))
        return error.exit_code
    return 0


def _announce(phone: RunningPhone) -> None:
    _say(registry.as_json(phone))


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _described(error: SideloadError) -> dict[str, str]:
    return {
        "type": type(error).__name__,
        "message": error.problem,
        "remedy": error.remedy,
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
