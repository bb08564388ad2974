"""The explanation of a budget in sentences, with its tables of goals, purchases and assets."""

from __future__ import annotations

from collections.abc import Iterator

from generator.department import Department
from generator.forms import Block, Grid, money

_DUTIES = (
    "贯彻执行国家有关法律法规和方针政策，起草有关规范性文件并组织实施。",
    "拟订本县有关事业发展规划，经批准后组织实施。",
    "负责本系统的监督管理和行政执法工作。",
    "负责本系统干部队伍建设和教育培训工作。",
    "完成县委、县政府交办的其他任务。",
)


def overview(one: Department) -> Iterator[Block]:
    """Duties, bodies, the budget as a whole."""
    yield "一、部门职责及机构设置情况"
    yield "部门职责："
    for number, duty in zip("一二三四五", _DUTIES, strict=True):
        yield f"（{number}）{duty}"
    yield "机构设置："
    yield "部门机构设置情况"
    yield Grid((
        ("单位名称", "单位性质", "单位规格", "经费保障形式"),
        (f"{one.name}本级", "行政", "正科级", "财政拨款"),
        (f"{one.place}{one.name[3:-1]}服务中心", "事业", "股级", "财政性资金基本保证"),
    ), "机构设置")  # fmt: skip
    yield "二、部门预算安排的总体情况"
    year, total = one.year, money(one.total)
    yield "1、收入说明"
    yield f"{year}年预算收入{total}万元，其中：一般公共预算收入{total}万元，基金预算收入0万元，财政专户核拨收入0万元，上年结转0万元。"
    yield "2、支出说明"
    basic, project = one.personnel + one.public, one.project
    yield (
        f"{year}年支出预算{total}万元，其中基本支出{money(basic)}万元，包括人员经费{money(one.personnel)}万元和日常公用经费"
        f"{money(one.public)}万元；项目支出{money(project)}万元，主要为{one.projects[0][0]}等。"
    )
    yield "3、比上年增减情况"
    before = one.basic_before + one.project_before
    yield (
        f"{year}年预算收支安排{total}万元，较{year - 1}年预算{_change(one.total - before)}，其中：基本支出"
        f"{_change(basic - one.basic_before)}，主要为人员变动；项目支出{_change(project - one.project_before)}，主要为项目安排变化。"
    )
    yield "三、机关运行经费安排情况"
    yield f"{year}年，{one.name}机关运行经费共计安排{money(one.public)}万元，主要用于办公费、印刷费、邮电费、差旅费等日常运行支出。"
    yield "四、财政拨款“三公”经费预算情况及增减变化原因"
    vehicles = one.vehicles_purchase + one.vehicles_operation
    yield (
        f"{year}年，{one.name}财政拨款“三公”经费预算安排{money(one.three)}万元，其中因公出国（境）费{money(one.abroad)}万元；公务用车购置及运维费"
        f"{money(vehicles)}万元（其中：公务用车购置费为{money(one.vehicles_purchase)}万元，公务用车运维费{money(one.vehicles_operation)}万元)；"
        f"公务接待费{money(one.reception)}万元。与{year - 1}年相比{_change(one.three - one.three_before)}，主要原因是厉行节约。"
    )


def _change(amount: int) -> str:
    word = "增加" if amount > 0 else "减少" if amount < 0 else "持平，增减"
    return f"{word}{money(abs(amount))}万元"


def goals(one: Department, central: bool) -> Iterator[Block]:
    """The goals of the projects, each with a table of indicators: in the form of some provinces, which states no
    amounts, or in that of the central budget, which does."""
    yield "五、预算绩效信息"
    yield "预算项目绩效目标"
    for number, (name, amount) in enumerate(one.projects, 1):
        yield f"{number}、{name}绩效目标表"
        made = _central(number, name, amount) if central else _provincial(number, name, amount)
        yield Grid(made, f"绩效{number}")


def _indicators(number: int, name: str, amount: int) -> Iterator[tuple[str, str, str, str, str, str]]:
    """Levels one to three, description, value with its unit, basis."""
    count, share = number + 2, 90 + number
    yield "产出指标", "数量指标", f"{name}工作完成次数", f"反映{name}完成的次数", f"≥{count}次", "工作计划"
    yield "^", "质量指标", f"{name}验收合格率", "验收合格的比例", f"≥{share}%", "工作计划"
    yield "^", "时效指标", f"{name}完成时间", "按期完成", "12月底前完成", "工作计划"
    yield "^", "成本指标", f"{name}成本", "控制在预算以内", f"≤{money(amount)}万元", "预算安排"
    yield "效益指标", "社会效益指标", f"{name}服务保障程度", "对工作的保障程度", "有效保障", "工作实际"
    yield "满意度指标", "服务对象满意度指标", f"{name}服务对象满意度", "对服务满意的比例", f"≥{share - 3}%", "问卷调查"


def _goal(name: str) -> str:
    return f"1.保障{name}涉及的各项工作顺利开展\n2.提高{name}资金使用效益"


def _provincial(number: int, name: str, amount: int) -> tuple[tuple[str, ...], ...]:
    levels = ("一级指标", "二级指标", "三级指标", "绩效指标描述", "指标值", "指标值确定依据")
    return ("绩效目标", _goal(name), "<", "<", "<", "<"), levels, *_indicators(number, name, amount)


def _central(number: int, name: str, amount: int) -> tuple[tuple[str, ...], ...]:
    rows = [(first, second, third, value) for first, second, third, _, value, _ in _indicators(number, name, amount)]
    return (
        ("项目名称", name, "<", "<", "<"),
        ("项目资金（万元）", "年度资金总额：", "<", money(amount), "<"),
        ("^", "其中：财政拨款", "<", money(amount), "<"),
        ("^", "其他资金", "<", "", "<"),
        ("年度总体目标", _goal(name), "<", "<", "<"),
        ("绩效指标", "一级指标", "二级指标", "三级指标", "指标值"),
        *(("^", *row) for row in rows),
    )


def rest(one: Department) -> Iterator[Block]:
    """Purchases, assets, terms."""
    bought = money(one.bought)
    yield "六、政府采购预算情况"
    yield f"{one.year}年，{one.name}安排政府采购预算{bought}万元。"
    yield "部门政府采购预算"
    head = (
        (f"{one.agency}{one.name}", "<", "<", "<", "<", "<", "<", "<", "单位：万元", "<", "<", "<"),
        (
            "政府采购项目来源",
            "<",
            "采购物品名称",
            "政府采购目录序号",
            "计量  单位",
            "数量",
            "单价",
            "政府采购金额（当年部门预算安排资金）",
            "<",
            "<",
            "<",
            "<",
        ),
        (
            "项目名称",
            "预算资金",
            "^",
            "^",
            "^",
            "^",
            "^",
            "合计",
            "一般公共预算拨款",
            "基金预算拨款",
            "财政专户核拨",
            "单位资金",
        ),
    )
    public = money(one.public)
    rows = tuple(
        (
            "日常公用经费",
            public,
            row.name,
            row.code,
            row.unit,
            str(row.quantity),
            money(row.price),
            money(row.amount),
            money(row.amount),
            "",
            "",
            "",
        )
        for row in one.purchases
    )
    yield Grid((*head, *rows), "政府采购")
    yield "七、国有资产信息"
    yield f"{one.name}上年末固定资产金额为{money(one.assets[0][2])}万元（详见下表）。本年度拟购置固定资产总额为{bought}万元，已按要求列入政府采购预算，详见政府采购预算表。"
    yield "部门固定资产占用情况表"
    body = tuple((item, quantity, money(value)) for item, quantity, value in one.assets)
    yield Grid((
        (f"{one.agency}{one.name}", f"截止时间：{one.year - 1}-12-31", "<"),
        ("项   目", "数量", "价值（金额单位：万元）"), *body,
    ), "国有资产")  # fmt: skip
    yield "八、名词解释"
    yield "1、一般公共预算拨款收入：指县级财政当年拨付的资金。"
    yield "2、基本支出：指为保障机构正常运转、完成日常工作任务而发生的人员支出和公用支出。"
    yield "3、项目支出：指在基本支出之外为完成特定行政任务和事业发展目标所发生的支出。"
