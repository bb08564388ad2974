"""Departments and their figures. The same seed gives the same department, year after year a little different."""

from __future__ import annotations

import csv
import random
from dataclasses import dataclass
from functools import cache

from openbudget import standard

BODIES = {
    # name → functional lines by which it spends: the first pays its staff, the others its projects
    "财政局": ("2010601", "2010602", "2010605"), "教育局": ("2010301", "2050205", "2059999"),
    "审计局": ("2010301", "2010302", "2010350"), "司法局": ("2010301", "2040607", "2049999"),
    "民政局": ("2010301", "2080206", "2081005"), "统计局": ("2010301", "2010506", "2010507"),
    "科学技术局": ("2010301", "2060702", "2010302"), "体育局": ("2010301", "2070308", "2010302"),
    "卫生健康局": ("2010301", "2100717", "2109999"), "自然资源局": ("2200150", "2200199", "2120201"),
    "住房和城乡建设局": ("2120101", "2120102", "2120399"), "城市管理局": ("2120101", "2120104", "2120501"),
    "人力资源和社会保障局": ("2010301", "2080705", "2089999"), "退役军人事务局": ("2010301", "2080801", "2010302"),
    "医疗保障局": ("2010301", "2109999", "2010302"), "市场监督管理局": ("2010301", "2013802", "2010302"),
    "信访局": ("2010301", "2010302", "2010303"), "行政审批局": ("2010301", "2010302", "2010303"),
    "档案局": ("2010350", "2010302", "2010303"), "应急管理局": ("2010301", "2010302", "2082501"),
}  # fmt: skip
PENSION = "2080505"
HOUSING = "2210201"
ECONOMIC = {  # personnel 301, public 302, personnel again 303
    "301": ("30101", "30102", "30103", "30108", "30113"),
    "302": ("30201", "30205", "30207", "30211", "30228"),
    "303": ("30302", "30305"),
}
PROJECTS = (
    "电子政务外网运行维护经费", "办公系统升级改造项目", "业务培训经费", "专项检查工作经费", "档案整理项目", "宣传工作经费", "信息化平台建设项目",
    "办案业务经费", "网络安全等级保护测评项目", "会议保障经费", "基层站所维修项目", "数据中心机房维护项目",
)  # fmt: skip
GOODS = {  # name → catalogue 2013, catalogue 2022, unit, price in 0.01 万元
    "台式计算机": ("A02010104", "A02010105", "台", 50), "便携式计算机": ("A02010105", "A02010108", "台", 70),
    "空调机": ("A0206180203", "A02061804", "台", 40), "复印机": ("A020201", "A02020100", "台", 180),
}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """A functional line: code, name, and its money by type of expenditure, in 0.01 万元."""

    code: str
    name: str
    personnel: int
    public: int
    project: int

    @property
    def total(self) -> int:
        return self.personnel + self.public + self.project


@dataclass(frozen=True)
class Purchase:
    """A row of the procurement table; `price` and `amount` in 0.01 万元."""

    name: str
    code: str
    unit: str
    quantity: int
    price: int

    @property
    def amount(self) -> int:
        return self.quantity * self.price


@dataclass(frozen=True)
class Department:
    """A department in a year. Money in 0.01 万元."""

    region: str
    place: str
    name: str
    agency: str
    year: int
    kind: str
    lines: tuple[Line, ...]
    economic: tuple[tuple[str, str, int], ...]
    projects: tuple[tuple[str, int], ...]
    purchases: tuple[Purchase, ...]
    abroad: int
    vehicles_purchase: int
    vehicles_operation: int
    reception: int
    three_before: int
    assets: tuple[tuple[str, str, int], ...]
    basic_before: int
    project_before: int

    @property
    def central_form(self) -> bool:
        """Whether its goals are in the form of the central budget."""
        return int(self.agency) % 2 == 1

    @property
    def personnel(self) -> int:
        return sum(line.personnel for line in self.lines)

    @property
    def public(self) -> int:
        return sum(line.public for line in self.lines)

    @property
    def project(self) -> int:
        return sum(line.project for line in self.lines)

    @property
    def total(self) -> int:
        return self.personnel + self.public + self.project

    @property
    def three(self) -> int:
        return self.abroad + self.vehicles_purchase + self.vehicles_operation + self.reception

    @property
    def bought(self) -> int:
        return sum(row.amount for row in self.purchases)


@cache
def places() -> tuple[tuple[str, str], ...]:
    """Code and name of the counties whose name is that of no other place."""
    names: dict[str, list[str]] = {}
    with open(standard.root() / "codelists" / "regions.csv", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            names.setdefault(row["Title_zh"], []).append(row["Code"])
    whole = sorted(
        (codes[0], name)
        for name, codes in names.items()
        if len(codes) == 1 and name.endswith("县") and len(name) == 3 and not codes[0].endswith("00")
    )
    return tuple(pair for pair in whole if not any(pair[1] != other and pair[1][:2] == other[:2] for _, other in whole))


def department(seed: int, number: int, year: int, kind: str) -> Department:
    """Department `number` of the world `seed`, in a year."""
    body = list(BODIES)[number % len(BODIES)]
    region, place = places()[(number // len(BODIES) * 7 + seed) % len(places())]
    fixed = random.Random(f"{seed}/{number}")
    dice = random.Random(f"{seed}/{number}/{year}/{kind}")
    scale = fixed.uniform(0.3, 6)

    def money(low: float, high: float) -> int:
        return round(dice.uniform(low, high) * 100 * scale)

    first, *others = BODIES[body]
    lines = [_line(first, money(200, 400), money(30, 60), 0)]
    lines += [_line(code, 0, 0, money(10, 150)) for code in others]
    lines += [_line(PENSION, money(20, 40), 0, 0), _line(HOUSING, money(15, 30), 0, 0)]
    lines.sort(key=lambda line: line.code)
    personnel, public = sum(line.personnel for line in lines), sum(line.public for line in lines)
    project = sum(line.project for line in lines)
    edition = 0 if year < 2023 else 1
    goods = dice.sample(sorted(GOODS), dice.randint(2, 4))
    purchases, room = [], public // 2
    for name in goods:
        count = min(dice.randint(1, 9), room // GOODS[name][3])
        if count:
            purchases.append(Purchase(name, GOODS[name][edition], GOODS[name][2], count, GOODS[name][3]))
            room -= purchases[-1].amount
    operation = min(dice.choice((0, 150, 220, 300)), public // 3)
    reception = dice.choice((0, 20, 50, 80))
    before = [round(amount * dice.uniform(0.8, 1.2)) for amount in (personnel + public, project)]
    return Department(
        region, place, f"{place}{body}", f"{fixed.randint(0, 29) * 20 + number % len(BODIES) + 101}", year, kind, tuple(lines),
        (*_economic(dice, "301", personnel * 19 // 20), *_economic(dice, "302", public),
         *_economic(dice, "303", personnel - personnel * 19 // 20)),
        tuple(_split(dice, project, dice.sample(PROJECTS, dice.randint(2, 6)))), tuple(purchases), 0,
        0, operation, reception, operation + reception + dice.choice((-10, 0, 30)) if reception > 10 else operation + 10,
        _assets(dice), before[0], before[1],
    )  # fmt: skip


def _line(code: str, personnel: int, public: int, project: int) -> Line:
    return Line(code, title("function", code), personnel, public, project)


@cache
def title(codelist: str, code: str) -> str:
    """The Chinese title of a code."""
    return standard.codelist(codelist)[code].title_zh


def _split(dice: random.Random, total: int, names: list[str]) -> list[tuple[str, int]]:
    shares = [dice.uniform(0.5, 2) for _ in names]
    parts = [int(total * share / sum(shares)) for share in shares]
    parts[-1] += total - sum(parts)
    return list(zip(names, parts, strict=True))


def _economic(dice: random.Random, section: str, total: int) -> list[tuple[str, str, int]]:
    parts = _split(dice, total, list(ECONOMIC[section]))
    made = [(code, title("economic_department", code), amount) for code, amount in parts]
    return [(section, title("economic_department", section), total), *made]


def _assets(dice: random.Random) -> tuple[tuple[str, str, int], ...]:
    house, cars, devices, other = (dice.randint(1000, 90000) for _ in range(4))
    metres = str(dice.randint(300, 6000))
    return (
        ("资产总额", "——", house + cars + devices + other),
        ("1、房屋（平方米）", metres, house),
        ("   其中：办公用房（平方米）", metres, house),
        ("2、车辆（台、辆）", str(dice.randint(1, 6)), cars),
        ("3、单价在20万元以上的设备", str(dice.randint(1, 9)), devices),
        ("4、其他固定资产", "", other),
    )
