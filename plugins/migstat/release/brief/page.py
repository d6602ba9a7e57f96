"""A document as one self-contained HTML page: no script, nothing fetched, its own fonts."""

from functools import cache
from importlib import resources

import jinja2
from markupsafe import Markup, escape

from migstat.release.brief import templates
from migstat.release.brief.document import Document, Foreign, Picture, texts_of
from migstat.release.brief.fonts import check_letters, embed


def render_page(document: Document) -> str:
    """Write the page. The same document gives the same bytes.

    Raises:
        FontError: A letter of the document can't be drawn.
    """
    texts = list(texts_of(document))
    check_letters(texts)
    letters = "".join(sorted(set("".join(texts))))
    return (
        _environment()
        .get_template("brief.html.j2")
        .render(document=document, faces=embed(letters), style=_template("brief.css"))
    )


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(_template),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals.update(say=_say, chart=_chart)
    return environment


def _template(name: str) -> str:
    return resources.files(templates).joinpath(name).read_text(encoding="utf-8")


def _say(text: str) -> Markup:
    """Escape a text, and say in which language it stands if not in the page's."""
    if isinstance(text, Foreign):
        return Markup('<span lang="{}">{}</span>').format(text.language, str(text))
    return escape(text)


def _chart(picture: Picture, name: str) -> Markup:
    """Give the chart the words that stand for it where it is not seen."""
    told = Markup('<svg role="img" aria-labelledby="{0}-t"').format(name)
    title = Markup('<title id="{0}-t">{1}</title>').format(name, picture.alt)
    svg = picture.svg.replace("<svg", told, 1)
    start = svg.index(">") + 1
    # drawn by us, of shapes alone: its text is paths
    return Markup(svg[:start]) + title + Markup(svg[start:])  # noqa: S704
