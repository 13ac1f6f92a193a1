"""The command that shows what is kept in the artifacts folder, without making anything."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from sideload.commands.answer import Answer
from sideload.errors import HostFileError, UsageError
from sideload.host import files, places
from sideload.reports import document, html, junit, markdown, terminal
from sideload.stages.kept import results
from sideload.values import Result

FORMATS: Final[Mapping[str, Callable[[Sequence[Result]], str]]] = {
    "table": terminal.results,
    "markdown": markdown.results,
    "junit": junit.results,
    "html": html.results,
}


def report(wanted: str, output: str, target: str) -> Answer:
    """Every result that is kept, in one format.

    Raises:
        UsageError: No such format.
        HostFileError: Nothing was measured yet, or the output cannot be written.
    """
    if wanted not in FORMATS:
        raise UsageError(
            f"no report format called {wanted!r}", remedy=f"--format {' or '.join(FORMATS)}"
        )
    found = results(target)
    if not found:
        raise HostFileError(
            f"nothing has been deployed and measured in {places.artifacts()}",
            remedy="sideload deploy --target android --device simulated",
        )
    others = results() if target else ()
    text = terminal.results(found, others) if wanted == "table" else FORMATS[wanted](found)
    if output:
        files.write_text(Path(output), text)
        text = f"wrote {output}"
    return Answer(document=document.deployments("report", found, others), text=text)
