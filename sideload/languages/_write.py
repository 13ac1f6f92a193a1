"""Files of generated source, each from its template."""

from collections.abc import Callable, Mapping
from pathlib import Path

from sideload.host import files, render


def write(
    folder: Path,
    sources: Mapping[str, str],
    context: Mapping[str, object],
    filters: Mapping[str, Callable[[str], str]],
) -> tuple[Path, ...]:
    """Render `sources` into `folder`: names of files by the templates they are made from, in order.

    A template is named by its path below `templates/bindings`, without the `.j2`.

    Raises:
        HostFileError: `folder` cannot be written to, or there is no such template.
    """
    for template, name in sources.items():
        text = render.text(f"bindings/{template}.j2", context, filters=filters)
        files.write_text(folder / name, text)
    return tuple(folder / name for name in sources.values())
