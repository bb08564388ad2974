"""YAML that people write (openbudget.yaml, layouts of their own), and that may come from anybody."""

from __future__ import annotations

from pathlib import Path
from typing import Any

LIMIT = 1 << 20  # bytes


def read_yaml(path: Path) -> Any:
    """The plain values that a file holds. ValueError says what is wrong in one line; OSError as the system does.

    Aliases are not taken: a few of them stand for more than any memory holds.
    """
    import yaml

    class Plain(yaml.SafeLoader):
        def compose_node(self, parent: Any, index: Any) -> Any:
            if self.check_event(yaml.AliasEvent):
                raise ValueError("aliases (*) are not taken")
            return super().compose_node(parent, index)

    with open(path, "rb") as stream:
        data = stream.read(LIMIT + 1)
    if len(data) > LIMIT:
        raise ValueError(f"> {LIMIT} bytes")
    try:
        return yaml.load(data.decode("utf-8-sig"), Plain)
    except RecursionError:
        reason = "brackets in brackets …"
    except (yaml.YAMLError, ValueError, ArithmeticError, LookupError, AttributeError, TypeError) as error:
        reason = str(error)  # dates and numbers that are none are errors of any kind
    raise ValueError(" ".join(reason.split())[:300])
