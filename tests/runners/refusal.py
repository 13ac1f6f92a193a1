"""What a refusal looks like: one `error` line, and an exit status that says whose fault it is."""

from typing import Final

from sideload.runners import InputFile
from tests.runners.program import Ran

USAGE: Final = 64
MODEL: Final = 65
INPUT: Final = 66
RUNTIME: Final = 70
OUTPUT: Final = 73
KINDS: Final = {
    USAGE: "usage",
    MODEL: "model",
    INPUT: "input",
    RUNTIME: "runtime",
    OUTPUT: "output",
}
# Two good inputs of the model `mlp`, in the fixture `folder`.
X: Final = InputFile(name="x", file="x.bin", dtype="float32", shape=(2, 4))
Y: Final = InputFile(name="y", file="y.bin", dtype="float32", shape=(2, 4))


def check(ran: Ran, status: int, *words: str) -> None:
    """Assert that the run was refused with this status, in these words among others."""
    assert ran.exit_code == status, (ran.stdout, ran.stderr)
    assert ran.error["kind"] == KINDS[status]
    assert not ran.log.complete
    for word in words:
        assert word in ran.error["message"]
