"""A line on the terminal that says what is going on, for work that takes longer than a second."""

from __future__ import annotations

import sys
import threading
from types import TracebackType

from openbudget.cli._frame import words


class Progress:
    """A context in which `tell(stage, **args)` names the stage (`cli.stage_<stage>`).

    Nothing is written before a second has passed, nothing where stderr is no terminal, and nothing stays on the
    terminal at the end.
    """

    def __init__(self) -> None:
        self._shown = sys.stderr.isatty()
        self._late = False
        self._text = ""
        self._timer = threading.Timer(1.0, self._begin)
        self._timer.daemon = True

    def __enter__(self) -> Progress:
        if self._shown:
            self._timer.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._timer.cancel()
        if self._late:
            self._write("")

    def tell(self, stage: str, **args: object) -> None:
        if not self._shown:
            return
        from openbudget.messages.seen import seen

        self._text = seen(words(f"stage_{stage}", **args))
        if self._late:
            self._write(self._text)

    def _begin(self) -> None:
        self._late = True
        self._write(self._text)

    def _write(self, text: str) -> None:
        sys.stderr.write(f"\r\x1b[2K{text}")
        sys.stderr.flush()
