"""What every package must know: who discloses, for which year, of which kind, where. Read, or asked for; never
assumed."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from openbudget.errors import NotRecognisedError
from openbudget.model.day import day
from openbudget.model.disclosure import Origin
from openbudget.model.document import Diagnostic, Document, Table
from openbudget.model.facts import Facts
from openbudget.recognise.layout import Layouts, stands
from openbudget.recognise.overridden import Printed, overridden, printed_region
from openbudget.recognise.regions import find_region
from openbudget.recognise.rows import text_origin
from openbudget.recognise.sections import Text
from openbudget.recognise.words import chinese_number, fold, numbering, plain, unnumbered

_DIGIT = re.compile(r"\d")


class Given(NamedTuple):
    """What the user says by option; it wins over what is read. `unit` is the money unit where none is printed,
    `disclosed_on` the day of disclosure (ISO 8601)."""

    region: str | None = None
    agency: str | None = None
    organization: str | None = None
    year: int | None = None
    kind: str | None = None
    unit: str | None = None
    disclosed_on: str | None = None


class Found(NamedTuple):
    """The facts, and where those that were read stand in the source (by name of the fact)."""

    facts: Facts
    origins: dict[str, Origin]
    overridden: Sequence[Diagnostic] = ()  # what options say instead of what is printed


class _Title(NamedTuple):
    organization: str
    year: int
    kind: str
    text: Text
    origins: dict[str, Origin]
    whole: bool


def find_facts(documents: Sequence[Document], given: Given, layouts: Layouts) -> Found:
    """The facts of a disclosure.

    NotRecognisedError where the source is no budget disclosure, where two departments are in it, or where a fact is
    neither printed nor given; the message names the option.
    """
    texts = [text for document in documents for text in _texts(document)]
    titles = [title for window in _windows(texts) for title in _titles(window, layouts)]
    if not titles:  # a workbook alone: its title is in a cell
        cells = [(cell,) for document in documents for cell in _title_cells(document)]
        titles = [title for window in cells for title in _titles(window, layouts)]
    _refuse_strangers(documents, titles, given, layouts)
    _refuse_two_disclosures(documents, given, layouts)
    title = _chosen(titles, texts, given)
    origins: dict[str, Origin] = {}
    organization: str | None
    year: int | None
    kind: str | None
    if title is not None:
        origins = dict(title.origins)
        organization, year, kind = title.organization, title.year, title.kind
    else:
        organization, year, kind = _apart(documents, texts, origins, layouts)
    read: dict[str, object] = {"organization": organization, "year": year, "kind": kind}
    printed = {name: Printed(value, origins.get(name)) for name, value in read.items()}
    for name in read:
        if getattr(given, name) is not None:
            origins.pop(name, None)
    if title is not None and given.kind is None and _of_two_kinds(title, layouts):
        raise NotRecognisedError("recognise.two_kinds", title=title.text.printed.strip())
    organization, year, kind = given.organization or organization, given.year or year, given.kind or kind
    if organization is None:
        raise NotRecognisedError("recognise.no_organization")
    if year is None:
        raise NotRecognisedError("recognise.no_year", organization=organization)
    if kind is None:
        raise NotRecognisedError("recognise.no_kind")
    told, words = [text.printed for text in texts], layouts["facts"]
    region_code, region_name = find_region(organization, given.region, told, words)
    agency, origin = _agency(documents, organization, layouts)
    if given.region is not None:
        printed["region"] = printed_region(organization, origins.get("organization"), told, words)
    if given.agency is not None:
        printed["agency"], agency = Printed(agency, origin), given.agency
    elif origin is not None:
        origins["agency"] = origin
    full_title = title.text.printed.strip() if title and title.whole and len(title.origins) == 3 else None
    level = _level(texts, documents, layouts)
    disclosed_on = day(given.disclosed_on) if given.disclosed_on else None
    facts = Facts(organization, year, kind, region_code, region_name, agency, full_title, disclosed_on, level=level)
    taken = given._asdict() | {"region": region_code if given.region else None}
    return Found(facts, origins, overridden(printed, taken))


def _of_two_kinds(title: _Title, layouts: Layouts) -> bool:
    """True where a title names a budget and final accounts of two years: which is meant cannot be known."""
    folded = plain(title.text.printed)
    named = {kind for word, kind in layouts["facts"]["kinds"].items() if word in folded}
    return len(set(re.findall(r"20\d\d(?=年)", folded))) > 1 and len(named) > 1


def _apart(
    documents: Sequence[Document], texts: Sequence[Text], origins: dict[str, Origin], layouts: Layouts
) -> tuple[str | None, int | None, str | None]:
    """Name, year and kind where no title says them together: each from its own line, if all that say it agree."""
    facts = layouts["facts"]
    names: dict[str, Origin] = {}
    years: dict[tuple[int, str], tuple[Origin, Origin]] = {}
    lines = [*texts, *(text for document in documents for text in _title_cells(document))]
    for text in lines:
        if len(text.printed) > 80:
            continue
        folded = fold(text.printed)
        match = re.search(facts["labelled"], folded.text)
        if match is not None and (name := clean_name(match["organization"], layouts)) is not None:
            start = match.start("organization") + match["organization"].find(name)
            names.setdefault(name, text_origin(text, *folded.span(start, start + len(name)), method="heading"))
        match = re.search(facts["yearless"], folded.text)
        if match is not None and (name := clean_name(match["organization"], layouts)) is not None:
            start = match.start("organization") + match["organization"].find(name)
            names.setdefault(name, text_origin(text, *folded.span(start, start + len(name)), method="heading"))
        match = re.search(facts["years"], folded.text)
        if match is not None:
            parts = ("year", "kind") if match["year"] else ("year_behind", "kind_before")
            spans = [text_origin(text, *folded.span(*match.span(part)), method="heading") for part in parts]
            years.setdefault((int(match[parts[0]]), facts["kinds"][match[parts[1]]]), (spans[0], spans[1]))
    name = min(names, key=len) if len({_short(name, layouts) for name in names}) == 1 else None
    if name is not None:
        origins["organization"] = names[name]
    if len({year for year, _ in years}) != 1:
        return name, None, None
    year, kind = next(iter(years))
    origins["year"] = years[year, kind][0]
    if len(years) != 1:
        return name, year, None
    origins["kind"] = years[year, kind][1]
    return name, year, kind


def _level(texts: Sequence[Text], documents: Sequence[Document], layouts: Layouts) -> str | None:
    """Whether this is the budget of a department or of one unit: the first heading, among the first lines or in the
    first cells of a workbook alone, that names just one of them."""
    heads = texts[:12] or [cell for document in documents for cell in _title_cells(document)]
    for text in heads:
        words = plain(text.printed)
        if len(words) > 60:
            continue
        named = [level for level, pattern in layouts["facts"]["levels"].items() if re.search(pattern, words)]
        if len(named) == 1:
            return str(named[0])
    return None


def _title_cells(document: Document) -> Iterator[Text]:
    """The cells of the first rows of each table: they may hold the name of the body."""
    for block in document.blocks:
        if isinstance(block, Table):
            for cell in block.cells:
                if cell.row < 4 and cell.text.strip():
                    yield Text(document.source.name, cell.text, cell.place)


def _texts(document: Document) -> Iterator[Text]:
    for block in document.blocks:
        if not isinstance(block, Table) and block.text.strip():
            yield Text(document.source.name, block.text, block.place)


def _windows(texts: Sequence[Text]) -> Iterator[tuple[Text, ...]]:
    """Each text by itself, and the first short ones two and three at a time (a title set on several lines)."""
    for at, text in enumerate(texts):
        yield (text,)
        if at < 12 and len(plain(text.printed)) <= 40:
            for length in (2, 3):
                window = tuple(texts[at : at + length])
                if len(window) == length and all(len(plain(part.printed)) <= 40 for part in window):
                    yield window


def _titles(window: tuple[Text, ...], layouts: Layouts) -> Iterator[_Title]:
    folded = [fold(unnumbered(text.printed)) for text in window]
    joined = "".join(part.text for part in folded)
    if len(joined) > 400:
        joined = joined[:400]
    if not any(kind in joined for kind in layouts["facts"]["kinds"]):
        return
    for pattern in layouts["facts"]["titles"]:
        match = re.search(pattern, joined)
        if match is None:
            continue
        year = chinese_number(match["year"])
        organization = clean_name(match["organization"], layouts)
        if year is None or not 1990 <= year <= 2100 or organization is None:
            continue
        kind = layouts["facts"]["kinds"][match["kind"]]
        origins: dict[str, Origin] = {}
        for name in ("organization", "year", "kind"):
            start, end = match.span(name)
            if name == "organization":
                start += match["organization"].find(organization)
                end = start + len(organization)
            part, start, end = _locate(folded, start, end)
            if part == -1:
                break
            cut = len(window[part].printed) - len(unnumbered(window[part].printed))
            first, last = folded[part].span(start, end)
            origins[name] = text_origin(window[part], first + cut, last + cut, method="heading")
        else:
            whole = (
                all(len(text.printed) <= 60 for text in window)
                and match.end() >= len(joined) - 1
                and match.start() == 0
            )
            yield _Title(organization, year, kind, window[0], origins, whole)
            return


def _locate(folded: Sequence[object], start: int, end: int) -> tuple[int, int, int]:
    """The part of a window, and the range in it, where the joined range lies; (-1, 0, 0) where it crosses parts."""
    offset = 0
    for at, part in enumerate(folded):
        length = len(part.text)  # type: ignore[attr-defined]
        if offset <= start and end <= offset + length:
            return at, start - offset, end - offset
        offset += length
    return -1, 0, 0


def clean_name(organization: str, layouts: Layouts) -> str | None:
    """The name without words that only lead to it; None where it cannot be a name."""
    name = organization
    for pattern in layouts["facts"]["not_in_names"]:
        name = re.sub(pattern, "", name)
    name = name.strip(":,、-·")
    facts = layouts["facts"]
    if (
        not 3 <= len(name) <= 50
        or re.fullmatch(facts["name"], name) is None
        or any(re.search(word, name) for word in facts["not_names"])
    ):
        return None
    bare = re.sub(r"\([^()]*\)$", "", name)
    return name if bare.endswith(tuple(facts["name_ends"])) else None


def _chosen(titles: Sequence[_Title], texts: Sequence[Text], given: Given) -> _Title | None:
    """The title to go by: the first that is one as a whole, else the first; where a line break cut its name, the title
    that has the name as the text prints it most often."""
    if given.organization:
        titles = [title for title in titles if title.organization == plain(given.organization)] or titles
    chosen = next((title for title in titles if title.whole), titles[0] if titles else None)
    if chosen is None:
        return None
    longer = [
        title
        for title in titles
        if (title.year, title.kind) == (chosen.year, chosen.kind)
        and len(title.organization) > len(chosen.organization)
        and title.organization.endswith(chosen.organization)
    ]
    if not longer:
        return chosen
    everything = "".join(plain(text.printed) for text in texts)
    return max(longer, key=lambda title: everything.count(title.organization))


def _refuse_strangers(documents: Sequence[Document], titles: Sequence[_Title], given: Given, layouts: Layouts) -> None:
    """Raises where the source is no disclosure, or the disclosures of two departments."""
    if given.organization is None:
        whole = [title for title in titles if title.whole and not _heads_a_part(title, layouts)]
        of_departments = [title for title in whole if is_of_department(title.text, layouts)]
        names: dict[str, str] = {}
        for title in of_departments or whole:
            names.setdefault(_short(title.organization, layouts), title.organization)
        different = list(names.values())
        for at, name in enumerate(different):
            for other in different[at + 1 :]:
                if not (name in other or other in name):
                    raise NotRecognisedError("recognise.two_departments", first=name, second=other)
    if not _tells_of_a_budget(documents, layouts):
        found, least = _telltale(documents, layouts), layouts["facts"]["telltale_least"]
        words = "、".join(layouts["facts"]["telltale"])
        files = ", ".join(document.source.name for document in documents[:3])
        raise NotRecognisedError(
            "recognise.no_disclosure",
            name=files,
            words=words,
            least=least,
            count=len(found),
            found="、".join(found) or "–",
        )


def _tells_of_a_budget(documents: Sequence[Document], layouts: Layouts) -> bool:
    """Whether enough of the words that disclosures have are there."""
    return bool(len(_telltale(documents, layouts)) >= layouts["facts"]["telltale_least"])


def _telltale(documents: Sequence[Document], layouts: Layouts) -> list[str]:
    """Of the words that disclosures have, those that stand in the documents."""
    everything = "\n".join(plain(piece.text) for document in documents for piece in document.pieces())
    return [word for word in layouts["facts"]["telltale"] if plain(word) in everything]


def _refuse_two_disclosures(documents: Sequence[Document], given: Given, layouts: Layouts) -> None:
    """Raises where files given together are disclosures each of its own, by what each says of itself: of a department
    and of a unit, of two years or kinds, or of two bodies. One package of them would say what neither says."""
    if len(documents) < 2:
        return
    levels: dict[str, str] = {}
    spans: dict[tuple[int, str], str] = {}
    bodies: dict[str, str] = {}
    for document in documents:
        texts = list(_texts(document))
        level = _level(texts, (document,), layouts)
        if level is not None:
            levels.setdefault(level, document.source.name)
        titles = (title for window in _windows(texts[:12]) for title in _titles(window, layouts))
        title = next((title for title in titles if title.whole), None)
        name, year, kind = (
            (title.organization, title.year, title.kind) if title else _apart((document,), texts, {}, layouts)
        )
        if name is None or year is None or kind is None:
            continue
        spans.setdefault((given.year or year, given.kind or kind), document.source.name)
        part = title is not None and _heads_a_part(title, layouts)
        if given.organization or part or not _tells_of_a_budget((document,), layouts):
            continue
        if not any(may_be_one(name, other, layouts) for other in bodies):
            bodies[name] = document.source.name
    for found in (levels, spans, bodies):
        if len(found) > 1:
            first, second = list(found.values())[:2]
            raise NotRecognisedError("recognise.two_disclosures", first=first, second=second)


def may_be_one(name: str, other: str, layouts: Layouts) -> bool:
    """Whether two names may be of one body: one is the other, or the other with its place before it."""
    first, second = _short(name, layouts), _short(other, layouts)
    return first in second or second in first


def whole_titles(window: tuple[Text, ...], layouts: Layouts) -> list[_Title]:
    """The titles of whole disclosures that a text (or some in a row) is."""
    return [title for title in _titles(window, layouts) if title.whole and not _heads_a_part(title, layouts)]


def _heads_a_part(title: _Title, layouts: Layouts) -> bool:
    """Whether a title stands over a part of a disclosure only (`第三部分 某某局2024年度部门决算情况说明`). A name that is
    printed wrong there is a fault of the source, not another department."""
    printed = title.text.printed
    return numbering(printed) is not None or plain(printed).endswith(tuple(layouts["facts"]["part_ends"]))


def is_of_department(text: Text, layouts: Layouts) -> bool:
    """Whether a text calls itself one of a department."""
    return stands(layouts["facts"]["department"], plain(text.printed))


def _short(name: str, layouts: Layouts) -> str:
    return re.sub(layouts["facts"]["same_without"], "", name)


def _agency(documents: Sequence[Document], organization: str, layouts: Layouts) -> tuple[str | None, Origin | None]:
    """The code that stands glued to the department's own name (`101某某县…`), or after a word for it."""
    wanted = plain(organization)
    for document in documents:
        for piece in document.pieces():
            if len(piece.text) > 80 or _DIGIT.search(plain(piece.text)) is None:
                continue
            folded = fold(piece.text)
            for pattern in layouts["facts"]["agency_codes"]:
                match = re.search(pattern, folded.text)
                if match is None or (match.groupdict().get("name") or wanted) != wanted:
                    continue
                start, end = folded.span(*match.span("code"))
                text = Text(document.source.name, piece.text, piece.place)
                return match["code"], text_origin(text, start, end, method="cell")
    return None, None
