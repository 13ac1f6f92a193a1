"""Templates: the user's own before the shipped ones, and nothing undefined goes unnoticed."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sideload.errors import HostFileError
from sideload.host import places

if TYPE_CHECKING:
    import jinja2

# As many as there are kinds of templates, each with filters of its own.
KEPT: Final = 16


def template(
    name: str, *, filters: Mapping[str, Callable[..., Any]] | None = None, html: bool = False
) -> "jinja2.Template":
    """The template `name`, a path in `templates/` such as `bindings/python/executorch.py.j2`.

    Text enters as it is, for we write source code; with `html`, it is escaped.

    Raises:
        HostFileError: There is no such template, or its syntax is wrong; with its line.
    """
    import jinja2

    try:
        folders = (places.own_templates(), places.templates())
        return _environment(folders, (*(filters or {}).items(),), html=html).get_template(name)
    except jinja2.TemplateNotFound as error:
        raise HostFileError(
            f"there is no template {error.name}",
            remedy=f"add it to {places.own_templates()}",
        ) from error
    except jinja2.TemplateSyntaxError as error:
        raise HostFileError(
            f"{error.filename or name}:{error.lineno}: {error.message}", remedy="mend the template"
        ) from error


def text(
    name: str,
    context: Mapping[str, object],
    *,
    filters: Mapping[str, Callable[..., Any]] | None = None,
    html: bool = False,
) -> str:
    """What the template `name` says of `context`.

    Raises:
        HostFileError: As for `template`, or it uses what `context` has not.
    """
    import jinja2

    chosen = template(name, filters=filters, html=html)
    try:
        return chosen.render(context)
    except jinja2.TemplateError as error:
        raise HostFileError(
            f"template {chosen.filename or name}: {error.message}", remedy="mend the template"
        ) from error


@lru_cache(maxsize=KEPT)
def _environment(
    folders: tuple[Path, ...], filters: tuple[tuple[str, Callable[..., Any]], ...], *, html: bool
) -> "jinja2.Environment":
    """Kept, with the templates that it has compiled: the next model needs the same."""
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folders),
        undefined=jinja2.StrictUndefined,
        autoescape=html,  # noqa: S701 - source code is not HTML
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals.clear()
    environment.filters.update(filters)
    return environment
