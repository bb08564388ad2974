"""The template engine of the pages."""

from __future__ import annotations

import re
from functools import cache, partial
from pathlib import Path

import jinja2
from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from markupsafe import Markup

from openbudget.site.shown import escape, with_code
from openbudget.site.words import Words

_TEMPLATES = Path(__file__).parent / "templates"
_CONSTANT = re.compile(r'\{\{ w\("(\w+)"\) \}\}')


class _EscapedOnce(CodeGenerator):
    """Leaves escaping to `_finalized` alone. By itself the engine escapes what that gives once more, which changes
    nothing but copies every text."""

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo) -> None:
        self.write("environment.finalize((")


def _finalized(value: object) -> str:
    """What a template prints: markup as it is, all else as text, escaped, unseen characters made visible."""
    return value if type(value) is Markup else escape(value if type(value) is str else str(value))


def _source(name: str, language: str) -> str:
    """A template in which the words that never change are put once, and not at every page."""
    text = (_TEMPLATES / name).read_text(encoding="utf-8")
    return _CONSTANT.sub(lambda match: escape(Words(language)(match[1])), text)


@cache
def engine(language: str) -> jinja2.Environment:
    """The template engine of one language."""
    made = jinja2.Environment(
        loader=jinja2.FunctionLoader(partial(_source, language=language)),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=_finalized,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=["jinja2.ext.loopcontrols"],
    )
    made.code_generator_class = _EscapedOnce
    made.filters["m"] = Markup
    made.filters["code"] = with_code
    return made
