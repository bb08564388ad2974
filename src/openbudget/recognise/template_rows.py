"""The rows of a form as rows of the standard: ids, bodies, units, yuan and parents are worked out here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from openbudget.model.amount import Amount, Figure
from openbudget.recognise.goals import target_fields
from openbudget.recognise.layout import Layouts
from openbudget.recognise.records import code_of
from openbudget.recognise.rows import Fields, Read, Rows, row_key
from openbudget.recognise.targets import parse_target
from openbudget.recognise.template import Filled, Line
from openbudget.recognise.template_lines import places
from openbudget.recognise.words import numbering, plain
from openbudget.standard import catalogue_edition, codelist, tables, template

_TWINS = {spec.twin: spec.name for name in template.sheets() for spec in tables()[name].fields if spec.twin is not None}
_FLOW_OF_STATEMENT = {
    "revenue": "revenue",
    "state_assets": "stock",
    **dict.fromkeys(
        ("expenditure", "general_public", "general_public_basic", "three_public", "government_fund", "state_capital",
         "projects", "special_account", "unit_funds", "agency_operation", "procurement_total"),
        "expenditure",
    ),
}  # fmt: skip
_TYPE_OF_STATEMENT = {"general_public_basic": "basic", "projects": "project"}
_CODED = {
    "organization_type_reported": "organization_type",
    "funding_mode_reported": "funding_mode",
}


class _Form:
    """A form while its rows are made."""

    def __init__(self, filled: Filled, layouts: Layouts) -> None:
        self.filled, self.facts, self.layouts = filled, filled.facts, layouts
        self.rows = Rows()
        self.department = plain(filled.facts.agency_name)
        self.bodies = {self.department}

    def wrong(self, kind: str, line: Line, name: str, table: str) -> None:
        """A cell that is not filled in rightly."""
        column = next(column for column in template.columns(table) if column.name == name)
        printed = line.text(name) or ""
        args: dict[str, object] = {"cell": line.cell(name), "heading": column.heading, "printed": printed}
        self.filled.problems.append((f"recognise.template_{kind}", args))

    def fields(self, line: Line, table: str) -> Fields:
        """What the columns say, money in yuan; what is required and left blank is a problem."""
        made: Fields = {}
        for column in template.columns(table):
            read = line.get(column.name)
            if column.required and read.value is None and not (column.kind == "money" and read.origin):
                self._lacks(line, table, column.name)
            if column.kind == "body":
                made[column.name] = self._body(line, table)
            elif column.kind == "money":
                made |= self._money(line, table, column.name, read)
            elif column.name not in ("unit_reported", "goal_id"):
                made[column.name] = read
        return made

    def _lacks(self, line: Line, table: str, name: str) -> None:
        if line.get(name).origin is None:  # else what it holds is a problem already
            self.wrong("required", line, name, table)

    def _body(self, line: Line, table: str) -> Read:
        read = line.get("organization_id")
        if read.value is None:
            return Read(self.department)
        if plain(str(read.value)) not in self.bodies:
            self.wrong("body", line, "organization_id", table)
        return Read(plain(str(read.value)), read.origin)

    def _money(self, line: Line, table: str, name: str, read: Read) -> Fields:
        if read.value is None:
            return {name: read} if read.origin else {}
        unit = line.get("unit_reported") if line.get("unit_reported").value else self.filled.unit
        if unit.value is None:
            self.wrong("unit", line, name, table)
            return {}
        assert isinstance(read.value, Decimal)
        figure = Figure(read.value, max(0, -int(read.value.as_tuple().exponent)))
        yuan = Amount(figure, str(unit.value)).yuan
        made: Fields = {_TWINS.get(name, name): Read(yuan, read.origin)}
        if name in _TWINS:
            made[name] = read
        if any(spec.name == "unit_reported" for spec in tables()[table].fields):
            made["unit_reported"] = unit
        return made


def rows_of(filled: Filled, layouts: Layouts) -> Rows:
    """All rows of a form. What is wrong is added to `filled.problems`."""
    form = _Form(filled, layouts)
    _organizations(form, filled.lines["organizations"])
    makers: Mapping[str, Callable[[_Form, Sequence[Line]], None]] = {
        "responsibilities": _responsibilities,
        "budget_lines": _budget_lines,
        "comparisons": _comparisons,
        "performance_goals": _goals,
        "performance_indicators": _indicators,
        "procurement": _procurement,
        "assets": lambda form, lines: _categories(form, lines, "assets", "category_code", "asset_category"),
        "staff": lambda form, lines: _categories(form, lines, "staff", "category", "staff_category"),
        "glossary": _glossary,
    }
    for table, make in makers.items():
        make(form, filled.lines[table])
    return form.rows


def _organizations(form: _Form, lines: Sequence[Line]) -> None:
    """The department of the first sheet first, then the others below it."""
    facts, origins = form.facts, form.filled.origins
    form.rows.add(
        "organizations",
        form.department,
        {
            "name": Read(facts.agency_name, origins.get("organization")),
            "agency_code": Read(facts.agency_code, origins.get("agency")),
            "region_code": Read(facts.region_code, origins.get("region")),
        },
    )
    for line in lines:
        fields = form.fields(line, "organizations")
        for name, part in _CODED.items():
            read = fields[name]
            if read.value is not None:
                word = str(read.value)
                code = template.code_of(part, word) or code_of(part, word, form.layouts)
                fields[part] = Read(code, read.origin)
        name = plain(line.text("name") or "")
        if name == form.department:
            form.rows.complete("organizations", name, fields)
        elif name:
            form.bodies.add(name)
            form.rows.add("organizations", name, {**fields, "parent_id": Read(form.department)})


def _responsibilities(form: _Form, lines: Sequence[Line]) -> None:
    for at, line in enumerate(lines, 1):
        numbered = numbering(f"{line.text('number') or at}、")
        form.rows.add(
            "responsibilities", str(numbered.ordinal if numbered else at), form.fields(line, "responsibilities")
        )


def _budget_lines(form: _Form, lines: Sequence[Line]) -> None:
    groups: dict[tuple[object, ...], list[int]] = {}
    made = [_budget_line(form, line) for line in lines]
    for at, fields in enumerate(made):
        key = tuple(fields[name].value for name in ("organization_id", "statement", "flow", "stage"))
        groups.setdefault(key, []).append(at)
    ids = [form.rows.name("budget_lines", _line_id(form, fields)) for fields in made]
    for numbers in groups.values():
        found = places([_meaning(made[at]) for at in numbers], [_amount(made[at]) for at in numbers])
        for at, place in zip(numbers, found, strict=True):
            made[at]["parent_id"] = Read(None if place.parent is None else ids[numbers[place.parent]])
            made[at]["is_total"] = Read(place.is_total)
            made[at]["of_which"] = Read(place.of_which)
    for row_id, fields in zip(ids, made, strict=True):
        form.rows.put("budget_lines", row_id, fields)


def _amount(fields: Fields) -> Decimal | None:
    amount = fields["amount"].value if "amount" in fields else None
    return amount if isinstance(amount, Decimal) else None


def _meaning(fields: Fields) -> dict[str, str | None]:
    """What places a line among the others."""
    names = (
        "item",
        "item_code",
        "flow",
        "function_code",
        "economic_code",
        "fund_source",
        "expenditure_type",
        "project",
    )
    found = {name: None if fields[name].value is None else str(fields[name].value) for name in names}
    statement = str(fields["statement"].value)
    if statement == "agency_operation":
        found |= {"item_code": "agency_operation"} if found["economic_code"] or not found["item_code"] else {}
    if found["expenditure_type"] is None and statement in _TYPE_OF_STATEMENT:
        found["expenditure_type"] = _TYPE_OF_STATEMENT[statement]
    return found


def _budget_line(form: _Form, line: Line) -> Fields:
    fields = form.fields(line, "budget_lines")
    item = line.text("item_code") or ""
    flow = line.get("flow")
    if flow.value is None:
        flow = Read(_flow(item, line.text("statement")))
        if flow.value is None:
            form.wrong("flow", line, "flow", "budget_lines")
    if not item:
        classified = "function" if line.text("function_code") else "economic" if line.text("economic_code") else None
        if classified and flow.value in ("revenue", "expenditure"):
            code = f"{flow.value}.{classified}"
            item = code if code in codelist("items") else ""
    economic = line.text("economic_code")
    scheme = None if economic is None else "government" if economic.startswith("5") else "department"
    default = "budget" if form.facts.kind == "budget" else "final"
    return fields | {
        "fiscal_year": Read(form.facts.fiscal_year),
        "stage": line.get("stage") if line.get("stage").value else Read(default),
        "flow": flow,
        "item_code": line.get("item_code") if line.text("item_code") else Read(item or None),
        "economic_scheme": Read(scheme),
    }


def _flow(item: str, statement: str | None) -> str | None:
    head = item.partition(".")[0]
    if head in ("revenue", "expenditure", "balance"):
        return head
    if head == "assets":
        return "stock"
    return "expenditure" if head else _FLOW_OF_STATEMENT.get(statement or "")


def _line_id(form: _Form, fields: Fields) -> str:
    """As the lines of a printed statement are named: what the line is, its fund behind `@`, its stage behind `#`."""

    def of(name: str) -> str | None:
        value = fields[name].value
        return None if value is None else str(value)

    item, label = of("item_code"), row_key(of("item") or "")
    coded = None if item is None or item.endswith((".function", ".economic")) else item
    named = [of("function_code"), of("economic_code")]
    parts = [of("statement") or ""]
    if of("organization_id") != form.department:
        parts.append(row_key(of("organization_id") or ""))
    parts += [part for part in named if part] or [coded or label or "line"]
    if any(named) and coded not in (None, "expenditure", "expenditure.current"):
        parts.append(str(coded))
    parts += [row_key(str(of("project")))] if of("project") else []
    fund, kind, last = of("fund_source"), of("expenditure_type"), (item or "").rpartition(".")[2]
    parts += [] if kind in (None, "total", last) else [str(kind)]
    tail = "" if fund in (None, "total", last) else f"@{fund}"
    default = "budget" if form.facts.kind == "budget" else "final"
    return "/".join(parts) + tail + (f"#{of('stage')}" if of("stage") != default else "")


def _comparisons(form: _Form, lines: Sequence[Line]) -> None:
    """Changes are signed by their direction."""
    for line in lines:
        fields = form.fields(line, "comparisons")
        if line.text("direction") == "decrease":
            for name in ("change_amount", "change_percent"):
                read = fields.get(name, Read(None))
                if isinstance(read.value, Decimal):
                    fields[name] = Read(-abs(read.value), read.origin)
        compared = _compared(form, line.text("item_code"))
        fields["line_id"] = Read(compared)
        form.rows.add(
            "comparisons", f"{compared or line.text('item_code')}/{line.text('base_year') or 'before'}", fields
        )


def _compared(form: _Form, item: str | None) -> str | None:
    """The line of the department that is compared: that of the prose, else the first of the item. None where lines of the
    item differ (by fund, by kind): the form does not say which is meant."""
    stage = "budget" if form.facts.kind == "budget" else "final"
    found = [
        row
        for row in form.rows.tables.get("budget_lines", ())
        if (row.get("organization_id"), row.get("stage"), row.get("item_code")) == (form.department, stage, item)
    ]
    found = [row for row in found if row.get("statement") == "narrative"] or found
    same = ("amount", "fund_source", "expenditure_type", "function_code", "economic_code", "project")
    return found[0].id if len({tuple(map(row.get, same)) for row in found}) == 1 else None


def _goals(form: _Form, lines: Sequence[Line]) -> None:
    for at, line in enumerate(lines, 1):
        key = "/".join(part for part in (line.text("scope"), row_key(line.text("title") or "")) if part)
        form.rows.add("performance_goals", key or f"goal/{at}", form.fields(line, "performance_goals"))


def _indicators(form: _Form, lines: Sequence[Line]) -> None:
    """Each under the goal that its row names, or the row above; levels left blank are those of the row above."""
    named: dict[str, set[str]] = {}
    goals = form.rows.tables.get("performance_goals", [])
    for goal in goals:
        scope = template.words("scope").get(str(goal.get("scope")))
        for name in (goal.get("title") or scope, goal.get("number")):
            if name:
                named.setdefault(plain(str(name)), set()).add(goal.id)
    last = goals[0].id if len(goals) == 1 else None
    above: dict[str, Read] = {}
    counts: dict[str, int] = {}
    for line in lines:
        said = line.text("goal_id")
        found = {last} - {""} if said is None else named.get(plain(said), set())
        goal_id = next(iter(found)) if len(found) == 1 else None
        if goal_id is None:
            if said is not None or last is None:
                form.wrong("goal", line, "goal_id", "performance_indicators")
            last = ""  # the rows below that name none are of the same goal, and told with this one
            continue
        above, last = (above if goal_id == last else {}), goal_id
        fields = _indicator(form, line, above)
        counts[goal_id] = counts.get(goal_id, 0) + 1
        fields |= {"goal_id": Read(goal_id, line.get("goal_id").origin), "number": Read(counts[goal_id])}
        form.rows.add("performance_indicators", f"{goal_id}/{counts[goal_id]}", fields)


def _indicator(form: _Form, line: Line, above: dict[str, Read]) -> Fields:
    fields = form.fields(line, "performance_indicators")
    if line.text("level_1") is not None:
        above.pop("level_2", None)
    for name in ("level_1", "level_2"):
        read = above[name] = fields[name] if fields[name].value is not None else above.get(name, Read(None))
        fields[name] = read
        word = str(read.value or "")
        code = template.code_of(f"indicator_{name}", word) or code_of(f"indicator_{name}", word, form.layouts)
        fields[f"{name}_code"] = Read(code, read.origin if code else None)
    target = fields["target_reported"]
    if target.value is not None and target.origin is not None:
        found = parse_target(str(target.value), form.facts.fiscal_year, form.layouts)
        fields |= target_fields(found, str(target.value), target.origin)
    basis = fields["basis"]
    fields["basis_code"] = Read(code_of("target_basis", str(basis.value or ""), form.layouts), basis.origin)
    return fields | {"origin": Read("table")}


def _procurement(form: _Form, lines: Sequence[Line]) -> None:
    for line in lines:
        fields = form.fields(line, "procurement")
        if line.text("catalogue_code"):
            fields["catalogue_edition"] = Read(catalogue_edition(form.facts.fiscal_year))
        parts = (line.text("project"), line.text("catalogue_code") or line.text("item"))
        form.rows.add("procurement", "/".join(row_key(part) for part in parts if part) or "item", fields)


def _categories(form: _Form, lines: Sequence[Line], table: str, column: str, list_name: str) -> None:
    """Assets and staff: each row is part of the nearest kind above its own that the same body and day has."""
    entries = codelist(list_name)
    made = [(line, form.fields(line, table)) for line in lines]
    ids: dict[tuple[object, ...], str] = {}
    named = []
    for line, fields in made:
        body = fields["organization_id"].value
        key = line.text(column) or row_key(line.text("item") or "") or "line"
        row_id = form.rows.name(table, key if body == form.department else f"{row_key(str(body))}/{key}")
        named.append(row_id)
        ids.setdefault((body, fields["as_of"].value, line.text(column)), row_id)
    for row_id, (line, fields) in zip(named, made, strict=True):
        code = line.text(column)
        above = entries[code].parent if code else ""
        where = (fields["organization_id"].value, fields["as_of"].value)
        while above and (*where, above) not in ids:
            above = entries[above].parent
        fields["parent_id"] = Read(ids.get((*where, above)) if above else None)
        form.rows.put(table, row_id, fields | {"origin": Read("table")})


def _glossary(form: _Form, lines: Sequence[Line]) -> None:
    for line in lines:
        form.rows.add("glossary", row_key(line.text("term") or "") or "term", form.fields(line, "glossary"))
