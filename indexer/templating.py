"""The one template environment: HTML is escaped by default, a misspelt name is an error."""

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape


def page(template: str, /, **values: object) -> str:
    """A template of `indexer/templates` filled in; `*.html` escapes every value, `*.txt` none."""
    return _environment().get_template(template).render(values)


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("indexer"),
        autoescape=select_autoescape(("html",), default=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
