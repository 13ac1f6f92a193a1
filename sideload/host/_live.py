"""An area of a terminal whose text is replaced in place."""

import contextlib
from collections.abc import Callable, Iterator
from typing import TextIO

from rich.console import Console
from rich.live import Live
from rich.text import Text

from sideload.host import neutral


@contextlib.contextmanager
def area(stream: TextIO) -> Iterator[Callable[[str], bool]]:
    """What the text is replaced with; the call says whether it could be shown."""
    console = Console(file=stream, highlight=False, markup=False, emoji=False)
    with Live(
        console=console, auto_refresh=False, redirect_stdout=False, redirect_stderr=False
    ) as live:

        def replace(text: str) -> bool:
            shown = Text(neutral.encodable(text, stream.encoding), no_wrap=True, overflow="crop")
            try:
                live.update(shown, refresh=True)
            except (OSError, ValueError):
                return False
            return True

        yield replace
