"""The rows of a statement: what their labels say. Codes in one column or three, or glued to names; numbering; units."""

from __future__ import annotations

import re
from collections.abc import Sequence

from openbudget.model.amount import is_not_applicable
from openbudget.model.document import Cell, Table
from openbudget.recognise.layout import Layouts, matches, stands
from openbudget.recognise.lines_header import Block
from openbudget.recognise.lines_measures import measures, stage_of
from openbudget.recognise.lines_row import Economic, LineRow
from openbudget.recognise.lines_row_units import UnitReader, class_names, is_headed
from openbudget.recognise.lines_words import Meaning, label
from openbudget.recognise.rows import Read, cell_origin, one_line, text_origin
from openbudget.recognise.sections import Text
from openbudget.recognise.words import OF_WHICH, chinese_part, fold, numbering, plain, unnumbered

_SCHEMES = {"2": "function", "3": "department", "5": "government"}
_GLUED = re.compile(r"^[(\[]?(\d{3}(?:\d\d){0,2})[)\]]?[-_:.·,]*(?=[^\d\s])(.+)$")
_CODE = re.compile(r"\d{3}(?:\d\d){0,2}")
_LETTERS = str.maketrans("OoIl", "0011")  # typed for digits
_CN_NUMBER = re.compile(r"\(?[一二三四五六七八九十]+\)?[、.]?")


class RowReader:
    """Reads the labels of one block from the top down; blank upper levels of a code, and units, go on from row to
    row."""

    def __init__(
        self,
        table: Table,
        file: str,
        block: Block,
        flow: str | None,
        numbers: Sequence[int],
        year: int,
        layouts: Layouts,
    ) -> None:
        self.table, self.file, self.block, self.flow = table, file, block, flow
        self.year, self.layouts = year, layouts
        self.levels: dict[str, str] = {}
        self.roles = {role for _, role in block.labels}
        self.coded: dict[
            tuple[str | None, str | None], str
        ] = {}  # among projects: unit and code → the name first printed
        self.of_projects = is_headed(table, block, layouts["statements"]["rows_of"]["project"])
        self.units = UnitReader(table, file, block, layouts, self._meaning)
        self.strange = self._strange_codes()
        self.named = "name" in self.roles  # where nothing else is a name, 项目名称 is
        self.number = self._numbering_column(numbers)

    def _numbering_column(self, numbers: Sequence[int]) -> int | None:
        """The column left of the labels that holds 一, （一）, 1 …; a column that only counts the rows is none."""
        first = min((col for col, _ in self.block.labels), default=0)
        for col in numbers:
            texts = [plain(cell.text) for row in range(self.table.n_rows) if (cell := self.table.cell_at(row, col))]
            if col == first - 1 and sum(1 for text in texts if _CN_NUMBER.fullmatch(text)) > 1:
                return col
        return None

    def _strange_codes(self) -> set[int]:
        """Label columns of unknown heading that hold codes: no row with something in them can be told."""
        found = set()
        for col in (col for col, role in self.block.labels if role == "unknown"):
            texts = [plain(cell.text) for row in range(self.table.n_rows) if (cell := self.table.cell_at(row, col))]
            if any(re.fullmatch(r"\(?\d{3,}\)?|0\d", text) for text in texts):
                found.add(col)
        return found

    def read(self, row: int) -> LineRow | None:
        """The label of a row; None where nothing is printed in its label columns (or only `…`)."""
        pieces: list[tuple[str, Cell]] = []
        for col, role in self.block.labels:
            cell = self.table.cell_at(row, col)
            if cell is None or not cell.text.strip() or any(cell is other for _, other in pieces):
                continue
            pieces.append((self._role(role, cell), cell))
        if not pieces or all(is_not_applicable(cell.text) for _, cell in pieces):
            return None
        totals = self.layouts["statements"]["totals"]["any"]
        pieces = [
            ("name" if role == "project" and matches(totals, plain(cell.text)) else role, cell) for role, cell in pieces
        ]
        money, counted, pieces = measures(pieces, self.layouts)
        year = next((cell for role, cell in pieces if role == "year"), None)
        line = self._line(row, [piece for piece in pieces if piece[0] != "year"])
        line.money = money
        own = self.table.cell_at(row, self.number) if self.number is not None else None
        if own is not None and own.text.strip() and line.style is None:
            numbered = numbering(own.text.strip().rstrip("、.") + "、")
            if numbered is not None:
                line.style, line.ordinal = numbered.style, numbered.ordinal
        line.cells = [cell for _, cell in pieces]
        unclear = line.unclear
        self.units.assign(line, pieces)
        strange = [cell for col in self.strange if (cell := self.table.cell_at(row, col)) is not None]
        if any(re.search(r"\d", cell.text) for cell in strange) or (unclear and not line.unit_row):
            line.unclear = "recognise.code_unclear"
        if line.code is None and line.unclear is None:
            line.meaning = self._meaning(line.folded)
        if self.flow == "projects" and line.project is None and not line.unit_row:
            self._project(line)
        if counted or (line.code is None and matches(self.layouts["statements"]["counts"], line.folded)):
            line.unclear = "recognise.not_money"
        elif year is not None or (self.flow == "three_public" and line.meaning is None and line.code is None):
            line.stage, unclear = stage_of(plain(year.text) if year else line.folded, self.year, self.layouts)
            if year and line.stage and line.meaning is None:
                said, unclear = stage_of(line.folded, self.year, self.layouts)
                line.stage = said or line.stage
            line.unclear = unclear or line.unclear
        return line

    def _project(self, line: LineRow) -> None:
        """Among projects, a name that is of no unit, class or total is a project's where the heading says 项目; so is
        another name under a code that its unit has printed with the name of its class."""
        shared = self.coded.get((None, line.code), line.folded)  # the name of a class may be printed once for all units
        first = self.coded.setdefault((line.unit, line.code), shared) if line.code is not None else ""
        said = label(line.folded, "expenditure", self.layouts, self.year) or line.folded in class_names()
        if said or line.unclear is not None or line.name.value is None:
            return
        if line.code is None and self.of_projects:
            line.project = line.name
        elif line.code is not None and first in class_names():
            line.project, line.name = line.name, Read(None)

    def _role(self, role: str, cell: Cell) -> str:
        """The role of a label; where nothing else is a name, what stands under 单位名称 may be that of a class."""
        if role == "project" and not self.named and self.flow != "projects":
            return "name"
        return "name" if role == "unit" and not self.named and plain(cell.text) in class_names() else role

    def _line(self, row: int, pieces: Sequence[tuple[str, Cell]]) -> LineRow:
        """The codes of a row, each with the name right behind it; the rest of its texts is its name."""
        found: list[tuple[str, Cell, Cell | None]] = []
        texts: list[tuple[str, Cell]] = []
        levels: dict[str, tuple[str, Cell]] = {}
        unclear, broken = None, False
        pieces, second = self._second(pieces)
        for role, cell in pieces:
            digits = _bare(cell)
            if role in ("class", "group", "line") and digits.isdigit():
                levels[role] = digits, cell
            elif role in ("code", "name", "class") and digits.isdigit():
                if _CODE.fullmatch(digits):
                    found.append((digits, cell, None))
                else:
                    unclear, broken = "recognise.code_unclear", broken or role != "name"
            elif role == "code" and _CODE.fullmatch(meant := digits.translate(_LETTERS)) and digits[0] in _SCHEMES:
                found.append((meant, cell, None))
            elif role == "name" and found and found[-1][2] is None:
                found[-1] = (*found[-1][:2], cell)
            elif role == "unknown":
                continue
            elif role != "unit_code" or not plain(cell.text).isalnum() or not plain(cell.text).isascii():
                texts.append(("name" if role == "unit_code" else role, cell))
        if levels:
            code, cell, unclear = self._levels(levels)
            broken = broken or bool(found) or unclear is not None  # a level stands in a column of unknown heading
            names = [text for role, text in texts if role == "name"]
            if code is not None:
                found.insert(0, (code, cell, names[0] if names else None))
                texts = [(role, text) for role, text in texts if not names or text is not names[0]]
        if found and second is not None:
            found.append(second)
        line = self._coded(row, found, texts) if found else self._named(row, texts)
        if broken:
            line.code, unclear = None, "recognise.code_unclear"
        if unclear is not None and line.code is None:
            line.unclear = unclear
        if line.code is not None:
            self._scheme(line)
        return line

    def _second(
        self, pieces: Sequence[tuple[str, Cell]]
    ) -> tuple[Sequence[tuple[str, Cell]], tuple[str, Cell, Cell | None] | None]:
        """The pieces up to a second column 类 (部门预算经济分类 | 政府预算经济分类), and the code that is behind it."""
        starts = [at for at, (_, role) in enumerate(self.block.labels) if role == "class"]
        if len(starts) < 2:
            return pieces, None
        behind = self.block.labels[starts[1]][0]
        first = [piece for piece in pieces if piece[1].col < behind]
        rest = [piece for piece in pieces if piece[1].col >= behind]
        if not first:
            return rest, None  # 合计 stands among the labels of the second
        digits = "".join(plain(cell.text) for role, cell in rest if role in ("class", "group", "line"))
        if not _CODE.fullmatch(digits) or len(digits) < 5:
            return first, None
        name = next((cell for role, cell in rest if role == "name"), None)
        return first, (digits, rest[0][1], name)

    def _coded(
        self, row: int, found: Sequence[tuple[str, Cell, Cell | None]], texts: Sequence[tuple[str, Cell]]
    ) -> LineRow:
        """A row with codes: the first is its code; one of another classification (function and economic) is its
        second."""
        code, cell, name = found[0]
        rest = [text for role, text in texts if role not in ("unit", "project")]
        name = name or (rest[-1] if rest else None)
        line = self._text(row, name) if name is not None else LineRow(row, Read(None), Read(None), "")
        if line.code is None:
            line.code, line.code_origin = code, cell_origin(self.file, cell)
            bare = _bare(cell)
            line.code_printed = None if bare.isdigit() else bare
        project = next((text for role, text in texts if role == "project"), None)
        if project is not None:
            line.project = Read(one_line(project.text), cell_origin(self.file, project))
        for other, where, called in found[1:]:
            if _SCHEMES.get(other[0]) in ("department", "government") and code[0] == "2":
                own = self._text(row, called).name if called is not None else Read(None)
                line.economic = Economic(other, cell_origin(self.file, where), own, _SCHEMES[other[0]])
                break
        if line.item.value is None:
            line.item = line.project or Read(line.code, line.code_origin)
        return line

    def _levels(self, levels: dict[str, tuple[str, Cell]]) -> tuple[str | None, Cell, str | None]:
        """A code printed in two or three columns (类, 款, 项); levels left blank go on from the row above."""
        cell = list(levels.values())[-1][1]
        for role in ("line", "group"):
            digits = levels.get(role, ("", cell))[0]
            if _CODE.fullmatch(digits):  # the column holds the whole code
                self.levels = {"class": digits[:3], "group": digits[3:5]}
                return digits, cell, None
        if "class" in levels:
            self.levels = {"class": levels["class"][0]}
            if _CODE.fullmatch(levels["class"][0]) and len(levels["class"][0]) > 3:
                return levels["class"][0], levels["class"][1], None
        if "group" in levels:
            self.levels = {"class": self.levels.get("class", ""), "group": levels["group"][0].zfill(2)}
        code = self.levels.get("class", "")
        if "group" in levels or "line" in levels:
            code += self.levels.get("group", "")
        if "line" in levels:
            if "group" not in self.levels:
                return None, cell, "recognise.code_unclear"
            code += levels["line"][0].zfill(2)
        return (code, cell, None) if _CODE.fullmatch(code) else (None, cell, "recognise.code_unclear")

    def _named(self, row: int, texts: Sequence[tuple[str, Cell]]) -> LineRow:
        """The name of a row: the texts of its label columns, without a code glued to it."""
        project = next((cell for role, cell in texts if role == "project"), None)
        own = [cell for role, cell in texts if role not in ("unit", "project")]
        units = [cell for role, cell in texts if role == "unit"]
        chosen = own[-1] if own else project or (units[-1] if units else None)
        if chosen is None:
            return LineRow(row, Read(None), Read(None), "")
        joined = "".join(plain(cell.text) for cell in own) if len(own) > 1 else ""
        if len(joined) == 2:  # 合 | 计
            return LineRow(
                row, Read(joined, cell_origin(self.file, chosen)), Read(joined, cell_origin(self.file, chosen)), joined
            )
        line = self._text(row, chosen)
        if project is not None:
            line.project = Read(one_line(project.text), cell_origin(self.file, project))
        return line

    def _text(self, row: int, cell: Cell) -> LineRow:
        text = Text(self.file, cell.text, cell.place)
        start, stop = chinese_part(cell.text, self._is_known)
        printed = cell.text[start:stop]
        folded = fold(printed)
        glued = _GLUED.match(folded.text)
        if glued is not None and glued[1][0] in "1235":
            name = self._part(text, *_shifted(folded.span(*glued.span(2)), start))
            line = LineRow(row, name, name, glued[2])
            line.code = glued[1]
            line.code_origin = text_origin(text, *_shifted(folded.span(*glued.span(1)), start), "cell")
            return line
        whole = len(printed) == len(cell.text)
        item = Read(one_line(cell.text), cell_origin(self.file, cell)) if whole else self._part(text, start, stop)
        numbered = numbering(printed)
        start += numbered.rest if numbered else 0
        rest = fold(cell.text[start:stop])
        of_which = OF_WHICH.match(rest.text)
        begin = of_which.end() if of_which else 0
        if begin and (inner := numbering(cell.text[start + rest.span(begin, begin)[0] : stop])) is not None:
            start += rest.span(begin, begin)[0] + inner.rest
            rest, begin = fold(cell.text[start:stop]), 0
        end = len(rest.text.rstrip(":"))
        name = item
        if (numbered or of_which) and end > begin:
            name = self._part(text, *_shifted(rest.span(begin, end), start))
        line = LineRow(row, item, name, rest.text[begin:end])
        if numbered is not None:
            line.style, line.ordinal = numbered.style, numbered.ordinal
        line.of_which = of_which is not None
        return line

    def _is_known(self, folded: str) -> bool:
        """True for a label that is a name of a class, or says something else that is known."""
        bare = re.sub(r"^\d+", "", unnumbered(folded))
        return bare in class_names() or label(bare, self.flow, self.layouts, self.year) is not None

    def _part(self, text: Text, start: int, end: int) -> Read:
        return Read(one_line(text.printed[start:end]), text_origin(text, start, end, "cell"))

    def _scheme(self, line: LineRow) -> None:
        """Which classification a code belongs to; a code that is none of them is that of a unit."""
        assert line.code is not None
        line.scheme = _SCHEMES.get(line.code[0])
        if line.scheme is None and not (line.code[0] == "1" and line.code[1] in "01"):
            line.code, line.unclear = None, "recognise.code_unclear"
        elif len(line.code) == 3 and self.units.is_unit(line.folded):
            line.code = line.scheme = None

    def _meaning(self, folded: str) -> Meaning | None:
        """What a label says. Among projects only totals say something: 其他运转类 is a kind of project there."""
        if not folded:
            return None
        if self.flow != "projects":
            return label(folded, self.flow, self.layouts, self.year)
        found = label(folded, "expenditure", self.layouts, self.year)
        return found if found is not None and found.total else None


def _bare(cell: Cell) -> str:
    return re.sub(r"[-.·_/()]", "", plain(cell.text))


def _shifted(span: tuple[int, int], by: int) -> tuple[int, int]:
    return span[0] + by, span[1] + by


def is_note(text: str, layouts: Layouts) -> bool:
    """True for a note in a statement (`注：本表为空表`), which is no row of it."""
    folded, words = plain(text), layouts["statements"]
    return matches(words["notes"], folded) or (len(folded) > 12 and stands(words["empty"], folded))
