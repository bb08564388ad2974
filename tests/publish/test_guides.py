"""The examples of the guides run against real services: blocks fenced as ```console ckan and ```console s3."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import boto3
import pytest

from openbudget.errors import PublishError
from tests.project.test_docs import expected, steps_of
from tests.publish.ckan.stack import Stack
from tests.publish.conftest import environ, withdraw
from tests.publish.objects import service
from tests.publish.packages import SOURCE

HOW_TO = Path(__file__).parents[2] / "docs" / "how-to"


def run(page: Path, kind: str, stands_for: str, address: str, folder: Path, environment: dict[str, str]) -> None:
    """Run the examples of a page, with the real address of the service in place of the one in the page."""
    shutil.copytree(SOURCE, folder / "datapackages" / SOURCE.name)
    text = page.read_text(encoding="utf-8")
    steps = steps_of(text.replace(f"```console {kind}\n", "```console run\n"))
    assert len(steps) >= 3
    here = {"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin", "COLUMNS": "88"}
    language = {"OPENBUDGET_LANG": "en" if page.name.endswith(".en.md") else "zh"}
    for step in steps:
        assert step.command is not None
        done = subprocess.run(
            step.command.replace(stands_for, address), shell=True, cwd=folder, text=True, check=False, timeout=600,
            env=environ(**here, **language, **environment), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        printed = re.sub(r"[ ]+$", "", done.stdout, flags=re.M).rstrip().replace(address, stands_for) + "\n"
        assert done.returncode == 0, printed
        assert expected(step.text).match(printed), f"$ {step.command}\n{printed}\n--- the page says ---\n{step.text}"


@pytest.mark.parametrize("name", ["publish-ckan.md", "publish-ckan.en.md"])
def test_the_guide_to_ckan(name: str, editor: Stack, ckan: Stack, tmp_path: Path) -> None:
    token = {"OPENBUDGET_CKAN_TOKEN": ckan.tokens["editor"]}
    with suppress(PublishError):  # another test may have published it
        withdraw(f"ckan:{ckan.address}", SOURCE.name, "before the guide")
    run(HOW_TO / name, "ckan", "https://data.example.org", ckan.address, tmp_path, token)


@pytest.mark.parametrize("name", ["publish-s3.md", "publish-s3.en.md"])
def test_the_guide_to_s3(name: str, tmp_path: Path) -> None:
    keys = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": "us-east-1"}
    with service() as address:
        client = boto3.client(
            "s3", endpoint_url=address, aws_access_key_id="test", aws_secret_access_key="test", region_name="us-east-1"
        )
        client.create_bucket(Bucket="open-budget")
        run(HOW_TO / name, "s3", "https://s3.example.org", address, tmp_path, keys)
