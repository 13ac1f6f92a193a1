"""What the road needs of a device, tried out on it by one command that leaves nothing behind."""

import shlex
from dataclasses import dataclass
from typing import Final

from sideload.transports import Connection

# Each is used by a stage; all of them are in the toybox of Android 8 and later.
PROGRAMS: Final = (
    *("cat", "chmod", "date", "dd", "df", "flock", "grep", "head", "ln", "ls", "mkdir", "mv"),
    *("rm", "sed", "sha256sum", "stat", "tail", "timeout", "uname", "xargs"),
)
_MOST_SHOWN: Final = 200
_END: Final = "end=1"
# The shell that the phone found runs the file that was made, as the loader would a runner.
_TEXT: Final = """\
exec 2>/dev/null
mkdir -p {root} && : >{file} && echo write=1
printf '#!%s\\necho run=1\\n' "$(command -v sh)" >{file}
chmod 755 {file} && {file}
rm -f {file}
for program in {programs}; do command -v $program >/dev/null || echo lacks=$program; done
echo {end}
"""


@dataclass(frozen=True, kw_only=True)
class Probe:
    """Can the store be written, can a program in it run, which programs are missing?

    `is_whole` is false where the answer broke off, and the rest says nothing but the `complaint`.
    """

    is_whole: bool
    complaint: str
    can_write: bool
    can_run: bool
    lacks: tuple[str, ...]


def probe(connection: Connection, root: str) -> Probe:
    """Try it all in the folder of the store.

    Raises:
        DeviceError: As the connection says.
    """
    done = connection.run(command(root))
    return parse(done.stdout, done.stderr)


def parse(printed: bytes, complaint: bytes) -> Probe:
    """What the command printed, and what it complained of."""
    lines = printed.decode("utf-8", "replace").split()
    known = set(lines)
    lacks = (line.removeprefix("lacks=") for line in lines if line.startswith("lacks="))
    is_whole = _END in known
    return Probe(
        is_whole=is_whole,
        complaint=complaint.decode("utf-8", "replace").strip()[-_MOST_SHOWN:],
        can_write=is_whole and "write=1" in known,
        can_run=is_whole and "run=1" in known,
        lacks=tuple(name for name in lacks if name in PROGRAMS),
    )


def command(root: str) -> str:
    """Shell text that tries it all."""
    return _TEXT.format(
        root=shlex.quote(root),
        file=f"{shlex.quote(f'{root}/.checkup')}-$$",
        programs=" ".join(PROGRAMS),
        end=_END,
    )
