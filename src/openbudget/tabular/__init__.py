"""Table Schema, exactly: does a table hold what its schema says? For any data package, not only ours.

The meaning of every type, format, constraint and structural rule is written in docs/reference/table-semantics.md.
`check_tables` checks tables together (keys across them included); `read_schema` and `read_dialect` read
descriptors of Data Package v1 and v2.
"""

from openbudget.tabular.check import check_tables
from openbudget.tabular.dialect import Dialect, read_dialect
from openbudget.tabular.schema import Field, ForeignKey, Schema, read_schema
from openbudget.tabular.source import TableResult, TableSource

__all__ = [
    "Dialect",
    "Field",
    "ForeignKey",
    "Schema",
    "TableResult",
    "TableSource",
    "check_tables",
    "read_dialect",
    "read_schema",
]
