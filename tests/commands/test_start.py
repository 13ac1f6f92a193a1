"""What a command imports before it has anything to do."""

import subprocess
import sys
from typing import Final

HEAVY: Final = frozenset(
    {"asyncio", "filelock", "jinja2", "numpy", "torch", "unittest.mock", "sideload.transports"}
)


def imported(code: str) -> frozenset[str]:
    said = f"import sys\n{code}\nprint(*sys.modules)"
    argv = [sys.executable, "-c", said]
    return frozenset(subprocess.check_output(argv, text=True, timeout=60).split())


def test_a_command_that_needs_no_device_imports_nothing_that_reaches_one() -> None:
    assert HEAVY & imported("import sideload.cli, sideload.commands.road") == frozenset()


def test_what_invoke_imports_for_tests_is_the_real_thing_for_everybody_else() -> None:
    code = "import sideload.cli, invoke, unittest.mock as m; assert m.Mock(spec=int).bit_length()"

    assert "unittest.mock" in imported(code)


def test_who_has_imported_mocks_before_keeps_them() -> None:
    code = (
        "import unittest.mock as before\nimport sideload.cli, invoke.context\n"
        "assert sys.modules['unittest.mock'] is before\nassert invoke.context.Mock is before.Mock"
    )

    assert "invoke.context" in imported(code)
