"""Programs of the JVM, run with the JDK of this machine."""

import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from sideload.errors import MissingToolError, ToolFailedError
from sideload.host import process

HOME_VARIABLE: Final = "JAVA_HOME"
# The newest releases leave their modules out, which a shrinker of classes reads.
REMEDY: Final = (
    f"sudo apt install openjdk-17-jdk-headless, or {HOME_VARIABLE}=<folder of a JDK with jmods>"
)
# None of these programs runs long enough to be worth a better compiler or a second thread.
SHORT: Final = ("-Xshare:auto", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
TIMEOUT_S: Final = 600.0
# Where in its own code a program was, which helps nobody who only uses it.
TRACE: Final = re.compile(r"^\s+(?:at |\.\.\. \d+ (?:more|common)).*\n?", re.MULTILINE)


def home() -> Path:
    """The folder of the JDK that `JAVA_HOME` names, or else of the `javac` in PATH.

    Raises:
        MissingToolError: There is none, or it has no modules.
    """
    named = os.environ.get(HOME_VARIABLE)
    compiler = process.find("javac")
    if not named and compiler is None:
        raise MissingToolError("there is no JDK on this machine", remedy=REMEDY)
    folder = Path(named) if named else Path(compiler or "").resolve().parents[1]
    if not (folder / "jmods" / "java.base.jmod").is_file():
        raise MissingToolError(f"the JDK in {folder} has no modules", remedy=REMEDY)
    return folder


def run(
    name: str,
    main: str,
    arguments: Sequence[str | Path],
    *,
    classpath: Sequence[str | Path],
    heap: str,
    remedy: str,
    cwd: Path | None = None,
) -> process.Finished:
    """What the program whose class is `main` says; people know it by `name`.

    It may take `heap` of memory, such as `1g`.

    Raises:
        MissingToolError: There is no JDK.
        ToolFailedError: It took too long, or ended with an error.
    """
    path = os.pathsep.join(map(str, classpath))
    argv = [home() / "bin" / "java", *SHORT, f"-Xmx{heap}", "-cp", path, main, *arguments]
    done = process.run(argv, timeout_s=TIMEOUT_S, remedy=remedy, cwd=cwd, check=False)
    if done.exit_code != 0:
        said = TRACE.sub("", process.complaint(done))
        raise ToolFailedError([name, *map(str, arguments)], said, remedy=remedy)
    return done
