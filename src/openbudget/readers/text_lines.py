"""Lines of a plain text, and the pieces that they hold, with their exact places."""

from typing import NamedTuple

from openbudget.model.place import TextPlace


class Piece(NamedTuple):
    """The text of one cell or paragraph and its place."""

    text: str
    place: TextPlace


class Line(NamedTuple):
    """A line (numbered from 1) and the offset of its first character in the whole text."""

    number: int
    offset: int
    text: str

    @property
    def blank(self) -> bool:
        """Nothing on it: a lone tab is an empty cell and not a blank line."""
        return not self.text.strip() and "\t" not in self.text

    def piece(self) -> Piece:
        """The whole line without its outer blanks."""
        return piece_of([self])

    def part(self, start: int, end: int) -> Piece:
        """The characters from `start` to `end` without outer blanks, placed by characters."""
        text = self.text[start:end]
        inner = text.strip()
        lead = len(text) - len(text.lstrip()) if inner else 0
        return Piece(inner, TextPlace(self.number, self.number, self.offset + start + lead, len(inner)))


def split_lines(text: str) -> list[Line]:
    """The lines of a text whose line ends are all `\\n`."""
    lines: list[Line] = []
    offset = 0
    for number, content in enumerate(text.split("\n"), 1):
        lines.append(Line(number, offset, content))
        offset += len(content) + 1
    return lines


def piece_of(lines: list[Line]) -> Piece:
    """The text of consecutive lines, outer blanks removed, placed by lines."""
    text = "\n".join(line.text for line in lines)
    inner = text.strip()
    lead = len(text) - len(text.lstrip()) if inner else len(text) - len(text.lstrip("\t"))
    return Piece(inner, TextPlace(lines[0].number, lines[-1].number, lines[0].offset + lead))
