"""Make the virtual environment of a checkout, once; run by `make` with the standard library alone.

`python install.py VENV` does nothing where VENV already holds what `requirements/` asks for. A
stamp says so, and is written last: an installation that was interrupted is begun anew, because a
half-unpacked package looks installed to pip. Two runs at once take turns.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

CHECKOUT: Final = Path(__file__).resolve().parents[1]
LOCKED: Final = "requirements/all.txt"
COMPILER: Final = "requirements/zig.txt"
COMPILERS: Final = ("c++", "g++", "clang++")
# Compiling every module of every package takes a minute; those that are imported are enough.
PIP: Final = (
    *("-m", "pip", "--disable-pip-version-check", "--no-input"),
    *("install", "--no-user", "--no-compile"),
)
SLOW: Final = (
    *("torch", "torchao.quantization.pt2e", "executorch.exir", "executorch.devtools"),
    *("onnxscript", "onnxruntime.quantization", "coremltools", "sklearn.datasets"),
    *("transformers.models.bert.modeling_bert", "transformers.models.auto.modeling_auto"),
)
IMPORTING: Final = """
import contextlib, importlib, sys
for name in sys.argv[1:]:
    with contextlib.suppress(ImportError):
        importlib.import_module(name)
"""
NO_BYTECODE: Final = frozenset({"PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX"})
SHOWN_BYTES: Final = 50  # a wheel from this many megabytes on is worth a line
SHOWN_PACKAGES: Final = 20
TAIL_LINES: Final = 25


class SetupError(Exception):
    """The environment cannot be made; the text says what happened and what to type next."""


def main(arguments: Sequence[str], checkout: Path = CHECKOUT) -> int:
    """Bring the environment up to date; 0, or 4 where something is missing or failed."""
    venv = Path(arguments[0]).absolute()
    try:
        with _alone(venv):
            _bring_up_to_date(venv, checkout)
    except (SetupError, OSError) as error:
        _say(str(error))
        return 4
    return 0


def _bring_up_to_date(venv: Path, checkout: Path) -> None:
    files = _requirements(checkout)
    # The path is part of it because every script in an environment holds it.
    wanted = f"{venv}\n{_digest([*files, checkout / 'pyproject.toml', Path(__file__)])}\n"
    stamp, begun = venv / ".installed", venv / ".installing"
    stamped = stamp.read_text() if stamp.is_file() else ""
    reason = _useless(venv, stamped)
    if reason:
        _say(f"{venv} {reason}: beginning anew")
        shutil.rmtree(venv)
    elif stamped == wanted:
        return
    venv.mkdir(parents=True, exist_ok=True)
    begun.touch()
    stamp.unlink(missing_ok=True)
    _install(venv, files, checkout)
    stamp.write_text(wanted)
    begun.unlink()


def _useless(venv: Path, stamped: str) -> str:
    """Why what is in `venv` cannot be built upon; empty where it can."""
    if (venv / ".installing").exists():
        return "holds an installation that did not finish"
    if stamped and not stamped.startswith(f"{venv}\n"):
        return "was made in another place"
    if stamped and not (venv / "bin" / "python").exists():
        return "has lost its Python"
    return ""


def _install(venv: Path, files: Sequence[Path], checkout: Path) -> None:
    started = time.monotonic()
    python, log = venv / "bin" / "python", venv / "install.log"
    log.write_text("")
    if not python.exists():
        _say("a new environment: some minutes, and 6 GB of disk where torch brings CUDA (Linux)")
        _run([sys.executable, "-m", "venv", str(venv)], log, what="make a virtual environment")
    for file in files:
        _say(f"installing {_count(file)} pinned packages of {file.name} into {venv}")
        arguments = ["--require-hashes", "--requirement", str(file)]
        _run([str(python), *PIP, *arguments], log, what=f"install {file.name}")
    # The build tool is among the pinned packages, so that nothing else is fetched for it.
    arguments = ["--no-deps", "--no-build-isolation", "--editable", str(checkout)]
    _run([str(python), *PIP, *arguments], log, what="install the project")
    _run([str(python), "-c", IMPORTING, *SLOW], log, what="import what was installed")
    _say(f"installed in {time.monotonic() - started:.0f} s")


def _requirements(checkout: Path) -> list[Path]:
    """The locked files; a compiler is among them where this machine has none."""
    named = (os.environ["CXX"],) if "CXX" in os.environ else COMPILERS
    missing = not any(shutil.which(name.split()[0]) for name in named if name.strip())
    zig = checkout / COMPILER
    return [checkout / LOCKED, *([zig] if missing and zig.exists() else [])]


def _run(argv: Sequence[str], log: Path, *, what: str) -> None:
    """Run a program, its output going to `log` and what takes long to the terminal."""
    with (
        log.open("a", encoding="utf-8") as kept,
        subprocess.Popen(
            argv,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            # Where nothing may be kept, every process would compile what it imports again.
            env={name: text for name, text in os.environ.items() if name not in NO_BYTECODE},
        ) as child,
    ):
        for line in child.stdout or ():
            kept.write(line)
            _report(line)
    if child.returncode != 0:
        tail = "\n".join(log.read_text(encoding="utf-8").splitlines()[-TAIL_LINES:])
        raise SetupError(
            f"{tail}\ncould not {what}; everything it said is in {log}\n  try: {_cure(tail)}"
        )


def _report(line: str) -> None:
    """One line for each wheel that is large, and one for the long silence at the end."""
    words = line.split()
    if line.lstrip().startswith("Downloading ") and _megabytes(line) >= SHOWN_BYTES:
        _say(f"  fetching {words[1].rpartition('/')[2]} {' '.join(words[2:])}")
    elif line.startswith("Installing collected packages") and line.count(",") >= SHOWN_PACKAGES:
        _say(f"  unpacking {line.count(',') + 1} packages, which takes a minute or two")


def _megabytes(line: str) -> float:
    size, _, unit = line.rpartition("(")[2].rstrip(")\n ").partition(" ")
    scale = {"MB": 1.0, "GB": 1000.0}.get(unit, 0.0)
    return float(size) * scale if scale else 0.0


def _cure(output: str) -> str:
    if "No space left on device" in output:
        return "free 8 GB, or put the environment elsewhere: make VENV=/path/with/space"
    if "ensurepip" in output:
        return "apt install python3-venv, or another Python of 3.11 to 3.13"
    if "No matching distribution" in output or "Connection" in output or "Retry" in output:
        return "check the network, or pip's own configuration (pip config list)"
    return "make again, which begins anew"


def _count(file: Path) -> int:
    return sum("==" in line for line in file.read_text(encoding="utf-8").splitlines())


def _digest(files: Sequence[Path]) -> str:
    content = hashlib.sha256(usedforsecurity=False)
    for file in files:
        content.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return content.hexdigest()


@contextmanager
def _alone(venv: Path) -> Iterator[None]:
    """Hold the lock beside `venv`, which the system lets go of when this process ends."""
    venv.parent.mkdir(parents=True, exist_ok=True)
    with venv.with_name(f"{venv.name}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            _say(f"another make is at work on {venv}: waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
