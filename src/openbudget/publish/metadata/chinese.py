"""The Chinese catalogue: what 政务信息资源目录编制指南（试行） lists as core metadata, and the columns that the open data
portals of provinces and cities ask for, as JSON and as a workbook.

What only an authority can assign (the official code of a resource, the classification of a portal) is not made up: the
code is the package's own name, the provider's code is its 统一社会信用代码 where the disclosure has it and blank where not.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from openbudget import standard
from openbudget.messages import say
from openbudget.publish.metadata.model import Dataset, Portal
from openbudget.site.workbook import plain_workbook

_TYPES = {
    "string": "字符型C", "number": "数值型N", "integer": "数值型N", "year": "数值型N", "date": "日期型D",
    "boolean": "布尔型B",
}  # fmt: skip
_DATA = ("CSV", "PARQUET", "JSON", "XLSX", "SQLITE", "ZIP")


def catalogue(portal: Portal, datasets: Sequence[Dataset]) -> dict[str, bytes]:
    """`catalog-cn.json` and `catalog-cn.xlsx`."""
    living = [one for one in datasets if one.withdrawn is None]
    records = [_record(portal, one) for one in living]
    head = {
        "目录名称": portal.title["zh"],
        "编制依据": "政务信息资源目录编制指南（试行）；GB/T 21063",
        "提供单位": portal.publisher,
        "资源数量": len(records),
        "信息项": {name: _columns(name) for name in standard.tables()},
    }
    resources = ",\n".join(
        json.dumps({**record, "数据资源": _tables(portal, one)}, ensure_ascii=False)
        for record, one in zip(records, living, strict=True)
    )
    text = f'{json.dumps(head, ensure_ascii=False)[:-1]},\n"信息资源": [\n{resources}\n]}}\n'
    return {"catalog-cn.json": text.encode(), "catalog-cn.xlsx": _workbook(portal, living, records)}


def _record(portal: Portal, one: Dataset) -> dict[str, Any]:
    """One package as one information resource."""
    kind = say(f"metadata.kind_{one.kind.replace('-', '_')}", "zh")
    return {
        "信息资源分类": {"类": "部门信息资源", "项": one.agency, "目": kind, "细目": f"{one.year}年"},
        "信息资源名称": one.title["zh"],
        "信息资源代码": one.name,
        "信息资源提供方": one.agency,
        "信息资源提供方代码": one.credit_code or "",
        "部门预算代码": one.agency_code or "",
        "信息资源摘要": one.description["zh"],
        "信息资源格式": "、".join(form for form in _DATA if any(file.format == form for file in one.files)),
        "共享类型": "无条件共享",
        "共享条件": "",
        "共享方式": "网站下载",
        "是否向社会开放": "是",
        "开放属性": "无条件开放",
        "开放条件": "",
        "使用许可": one.licence.name if one.licence else "未声明",
        "更新周期": "每年",
        "发布日期": one.issued,
        "最近更新日期": one.modified,
        "版本": one.version,
        "数据领域": "财税金融",
        "行政区划": " ".join(name for _, name in one.regions),
        "行政区划代码": one.regions[-1][0],
        "年度": one.year,
        "关键字": "、".join(one.keywords["zh"]),
        "数据量": sum(one.rows.values()),
        "文件大小": sum(file.size for file in one.files if file.format == "CSV"),
        "联系方式": portal.contact,
        "访问地址": one.page(portal),
        "关联资源代码": "",
    }


def _tables(portal: Portal, one: Dataset) -> list[dict[str, Any]]:
    return [
        {
            "名称": file.title["zh"],
            "英文名": file.table,
            "信息项": file.table,
            "数据量": one.rows.get(str(file.table), 0),
            "格式": file.format,
            "文件大小": file.size,
            "SHA-256": file.sha256,
            "下载地址": one.file_url(portal, file),
        }
        for file in one.files
        if file.format == "CSV"
    ]


def _columns(table: str) -> list[dict[str, Any]]:
    """The 信息项 of a table; `英文名` is the name in the CSV."""
    spec = standard.tables()[table]
    return [
        {
            "中文名": field.title["zh"],
            "英文名": field.name,
            "数据类型": _TYPES.get(field.type, "字符型C"),
            "是否主键": "是" if field.name in spec.primary_key else "否",
            "是否必填": "是" if field.required else "否",
            "说明": field.description["zh"],
        }
        for field in spec.fields
    ]


def _workbook(portal: Portal, living: Sequence[Dataset], records: Sequence[dict[str, Any]]) -> bytes:
    flat = [_flat(record) for record in records]
    heads = list(flat[0]) if flat else ["信息资源名称"]
    tables = [(one, _tables(portal, one)) for one in living]
    files = [
        [
            one.name,
            one.title["zh"],
            *(part[name] for name in ("名称", "英文名", "数据量", "格式", "文件大小", "下载地址")),
        ]
        for one, parts in tables
        for part in parts
    ]
    items = [
        [standard.tables()[table].title["zh"], table, *column.values()]
        for table in standard.tables()
        for column in _columns(table)
    ]
    return plain_workbook([
        ("目录", heads, [list(record.values()) for record in flat]),
        ("数据资源", ["信息资源代码", "信息资源名称", "名称", "英文名", "数据量", "格式", "文件大小", "下载地址"], files),
        ("信息项", ["数据表", "英文表名", "中文名", "英文名", "数据类型", "是否主键", "是否必填", "说明"], items),
    ])  # fmt: skip


def _flat(record: dict[str, Any]) -> dict[str, Any]:
    parts = record["信息资源分类"]
    rest = {name: value for name, value in record.items() if name != "信息资源分类"}
    return {**{f"信息资源分类·{name}": value for name, value in parts.items()}, **rest}
