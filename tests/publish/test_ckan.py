"""`ckan:` against a real CKAN 2.12, as an editor of one organisation."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from openbudget.errors import PublishError, UsageError
from openbudget.publish._ckan.dataset import part_id
from openbudget.publish.plan import Verb
from tests.publish.ckan.stack import VENV, Stack
from tests.publish.conftest import command, environ, get, publish, withdraw
from tests.publish.gate import Asked, Fault, Gate
from tests.publish.packages import SOURCE, changed, package

Act = Callable[..., Any]


@pytest.fixture
def gate(editor: Stack) -> Iterator[Gate]:
    with Gate(editor.address) as gate:
        yield gate


def parts(shown: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The resources of a dataset by their name in the package."""
    return {one["package_resource"]: one for one in shown["resources"]}


def test_everybody_can_read_what_an_editor_publishes(editor: Stack, act: Act) -> None:
    done = publish(f"ckan:{editor.address}", SOURCE)
    assert done.plan.of(SOURCE.name) is Verb.CREATE
    shown = act("package_show", id=SOURCE.name)
    about = json.loads((SOURCE / "datapackage.json").read_bytes())
    assert (shown["title"], shown["private"], shown["state"]) == (about["title"], False, "active")
    assert shown["organization"]["name"] == editor.organization
    assert {one["name"] for one in shown["tags"]} == {*about["keywords"]}
    extras = {one["key"]: one["value"] for one in shown["extras"]}
    assert (extras["identifier"], extras["fiscal_year"], extras["region_code"]) == (SOURCE.name, "2021", "130433")
    found = parts(shown)
    files = {one["name"]: one["path"] for one in about["resources"]} | {
        one["path"]: one["path"] for one in about["sources"]
    }
    assert {*found} == {*files, "datapackage"}
    for name, path in files.items():
        assert get(found[name]["url"]) == (200, (SOURCE / path).read_bytes()), name
        assert found[name]["id"] == part_id(SOURCE.name, name)
    for one in about["resources"]:
        assert json.loads(found[one["name"]]["schema"]) == one["schema"]
        assert f"sha256:{found[one['name']]['hash']}" == one["hash"]


def test_the_descriptor_leads_to_the_files_of_the_portal(editor: Stack, act: Act, tmp_path: Path) -> None:
    path = package(tmp_path, "101")
    publish(f"ckan:{editor.address}", path)
    about = json.loads(get(parts(act("package_show", id=path.name))["datapackage"]["url"])[1])
    for one in about["resources"]:
        assert get(one["path"])[1] == (path / "data" / f"{one['name']}.csv").read_bytes()


def test_the_datastore_is_typed_by_the_schema(editor: Stack, act: Act, tmp_path: Path) -> None:
    path = package(tmp_path, "102")
    publish(f"ckan:{editor.address}", path)
    one = parts(act("package_show", id=path.name))["budget_lines"]
    found = act("datastore_search", resource_id=one["id"], limit=1000)
    types = {column["id"]: column["type"] for column in found["fields"]}
    assert (types["item_code"], types["function_code"], types["amount"], types["fiscal_year"], types["is_total"]) == (
        "text", "text", "numeric", "int4", "bool",
    )  # fmt: skip
    labels = {column["id"]: column.get("info", {}).get("label") for column in found["fields"]}
    assert labels["amount"] == "金额（元）"
    first = found["records"][0]
    assert (first["amount"], first["amount_reported"], first["is_total"]) == (7651400, "765.14", True)
    assert found["total"] == len((path / "data/budget_lines.csv").read_text("utf-8").splitlines()) - 1


def test_a_table_that_is_not_what_its_schema_says_is_not_half_stored(editor: Stack, act: Act, tmp_path: Path) -> None:
    path = changed(package(tmp_path, "126"), "budget_lines", ",true,", ",maybe,")
    with pytest.raises(PublishError) as caught:
        publish(f"ckan:{editor.address}", path)
    assert (caught.value.key, caught.value.args_by_name["part"]) == ("publish.datastore_refused", "budget_lines")
    assert act("package_show", who="editor", id=path.name)["private"]
    publish(f"ckan:{editor.address}", path, options={"datastore": "no"})
    assert not act("package_show", id=path.name)["private"]


def test_a_file_that_is_too_large_is_said(editor: Stack, tmp_path: Path) -> None:
    path = package(tmp_path, "127", ("organizations",))
    about = json.loads((path / "datapackage.json").read_bytes())
    (path / about["sources"][0]["path"]).write_bytes(b"x" * 6_000_000)
    with pytest.raises(PublishError) as caught:
        publish(f"ckan:{editor.address}", path, options={"datastore": "no"})
    assert caught.value.key == "publish.refused"
    assert "upload" in str(caught.value)


def test_publishing_again_sends_nothing(gate: Gate, tmp_path: Path) -> None:
    path = package(tmp_path, "103")
    publish(f"ckan:{gate.address}", path)
    assert gate.changing
    gate.asked.clear()
    done = publish(f"ckan:{gate.address}", path)
    assert not done.plan.changes
    assert not gate.changing
    assert len(gate.asked) <= 6


def test_one_changed_figure_sends_one_file(gate: Gate, act: Act, tmp_path: Path) -> None:
    path = package(tmp_path, "104")
    publish(f"ckan:{gate.address}", path)
    before = act("package_show", id=path.name)
    gate.asked.clear()
    done = publish(f"ckan:{gate.address}", changed(path, "budget_lines", "7651400", "7651401"))
    uploads = [one.resource for one in done.plan.actions if one.verb is Verb.UPLOAD]
    assert uploads == done.sent == ["budget_lines"]
    assert len(gate.uploads) == 1
    after = act("package_show", id=path.name)
    assert [one["id"] for one in after["resources"]] == [one["id"] for one in before["resources"]]
    assert after["id"] == before["id"]
    one = parts(after)["budget_lines"]
    assert get(one["url"])[1] == (path / "data/budget_lines.csv").read_bytes()
    rows = act("datastore_search", resource_id=one["id"], limit=1000)
    total = len((path / "data/budget_lines.csv").read_text("utf-8").splitlines()) - 1
    assert rows["total"] == len(rows["records"]) == total
    assert 7651401 in [row["amount"] for row in rows["records"]]


def test_a_table_that_is_no_more_is_removed(editor: Stack, act: Act, tmp_path: Path) -> None:
    path = package(tmp_path, "105")
    publish(f"ckan:{editor.address}", path)
    old = parts(act("package_show", id=path.name))["glossary"]
    smaller = package(tmp_path / "smaller", "105", ("organizations", "budget_lines"))
    done = publish(f"ckan:{editor.address}", smaller)
    assert [one.resource for one in done.plan.actions if one.verb is Verb.WITHDRAW] == ["glossary"]
    assert "glossary" not in parts(act("package_show", id=path.name))
    assert get(old["url"])[0] == 404


def test_a_run_that_is_killed_is_finished_by_the_next(editor: Stack, act: Act) -> None:
    folder = editor.folder / "killed"
    path = package(folder, "106", ("organizations", "budget_lines", "glossary", "sources", "sections", "findings"))
    process = subprocess.Popen(
        [sys.executable, "-m", "openbudget", "publish", str(path), "--to", f"ckan:{editor.address}", "--allow-invalid"],
        env=environ(OPENBUDGET_CKAN_TOKEN=editor.tokens["editor"]), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    while process.poll() is None:
        shown = act("package_show", who="editor", id=path.name)
        if len(shown.get("resources", ())) >= 3:
            process.kill()
            break
        time.sleep(0.02)
    assert process.wait() == -9
    there = act("package_show", who="editor", id=path.name)
    assert there["private"]
    assert act("package_show", id=path.name)["status"] == 403
    assert get(there["resources"][0]["url"])[0] in (403, 404)
    had = {one["package_resource"] for one in there["resources"]}
    done = publish(f"ckan:{editor.address}", path)
    wanted = {"organizations", "budget_lines", "glossary", "sources", "sections", "findings", "datapackage",
              "source/guantao-government-office-2021.txt"}  # fmt: skip
    assert {*done.sent} <= wanted - had
    assert len(done.sent) >= len(wanted - had) - 1  # what was under way when it was killed may have arrived
    assert {*parts(act("package_show", id=path.name))} == wanted
    assert not publish(f"ckan:{editor.address}", path).plan.changes


def test_a_withdrawn_package_leaves_its_title_and_the_reason(editor: Stack, act: Act, tmp_path: Path) -> None:
    path = package(tmp_path, "107")
    publish(f"ckan:{editor.address}", path)
    before = act("package_show", id=path.name)
    withdraw(f"ckan:{editor.address}", path.name, "<b>原文件已更正</b>")
    shown = act("package_show", id=path.name)
    assert (shown["title"], shown["private"], shown["resources"]) == (before["title"], False, [])
    extras = {one["key"]: one["value"] for one in shown["extras"]}
    assert (extras["withdrawn_reason"], extras["withdrawn_on"]) == ("<b>原文件已更正</b>", "2026-01-02")
    page = get(f"{editor.address}/dataset/{path.name}")[1].decode()
    assert "原文件已更正" in page
    assert "<b>原文件已更正" not in page
    assert {get(one["url"])[0] for one in before["resources"]} == {404}
    assert not withdraw(f"ckan:{editor.address}", path.name, "<b>原文件已更正</b>").plan.changes
    again = publish(f"ckan:{editor.address}", path)
    assert again.plan.of(path.name) is Verb.CREATE
    restored = act("package_show", id=path.name)
    assert [one["id"] for one in restored["resources"]] == [one["id"] for one in before["resources"]]
    assert "withdrawn_reason" not in {one["key"] for one in restored["extras"]}


def test_what_is_not_there_cannot_be_withdrawn(editor: Stack) -> None:
    with pytest.raises(PublishError) as caught:
        withdraw(f"ckan:{editor.address}", "cn-1-2-2021-budget", "x")
    assert caught.value.key == "publish.not_there"


def test_a_dataset_is_private_until_its_files_read_back_right(gate: Gate, act: Act, tmp_path: Path) -> None:
    path = package(tmp_path, "108")
    gate.fault = lambda asked: (
        Fault(alter=lambda content: content + b"x") if asked.path.endswith("/glossary.csv") else None
    )
    with pytest.raises(PublishError) as caught:
        publish(f"ckan:{gate.address}", path)
    assert (caught.value.key, caught.value.args_by_name["part"]) == ("publish.differs", "glossary")
    assert act("package_show", who="editor", id=path.name)["private"]
    gate.fault = lambda asked: None
    publish(f"ckan:{gate.address}", path)
    assert not act("package_show", id=path.name)["private"]


def test_a_busy_portal_is_waited_for_as_it_asks(gate: Gate, tmp_path: Path) -> None:
    path = package(tmp_path, "109", ("organizations",))
    times: list[float] = []

    def busy(asked: Asked) -> Fault | None:
        if asked.action != "package_create":
            return None
        times.append(time.monotonic())
        return Fault(503, (("Retry-After", "3"),)) if len(times) == 1 else None

    gate.fault = busy
    publish(f"ckan:{gate.address}", path)
    assert len(times) == 2
    assert times[1] - times[0] >= 3


def test_a_lost_answer_is_not_sent_twice(gate: Gate, act: Act, tmp_path: Path) -> None:
    path = package(tmp_path, "110", ("organizations",))
    lost: set[str] = set()

    def lose(asked: Asked) -> Fault | None:
        if (
            asked.action in ("package_create", "package_revise")
            and (kind := f"{asked.action}{asked.uploads}") not in lost
        ):
            lost.add(kind)
            return Fault(lose=True)
        return None

    gate.fault = lose
    publish(f"ckan:{gate.address}", path)
    assert len(lost) == 3
    assert len(gate.uploads) == 3  # a table, a source, the descriptor
    assert len(act("package_show", id=path.name)["resources"]) == 3


def test_a_portal_that_stays_away_is_given_up(gate: Gate, tmp_path: Path) -> None:
    gate.fault = lambda asked: Fault(503)
    done = command(
        "publish", str(package(tmp_path, "111")), "--to", f"ckan:{gate.address}", "--allow-invalid", "--retries", "1",
        OPENBUDGET_CKAN_TOKEN="not-a-real-token",
    )  # fmt: skip
    assert done.returncode == 5
    assert "503" in done.stderr
    assert len(gate.asked) == 2


def test_what_others_changed_is_not_overwritten(gate: Gate, act: Act, tmp_path: Path) -> None:
    path = package(tmp_path, "112")
    publish(f"ckan:{gate.address}", path)
    act("package_patch", who="boss", id=path.name, title="别人的标题")
    act("resource_patch", who="boss", id=part_id(path.name, "glossary"), description="别人的说明")
    gate.asked.clear()
    with pytest.raises(PublishError) as caught:
        publish(f"ckan:{gate.address}", changed(path, "budget_lines", "7651400", "7651401"))
    assert caught.value.key == "publish.conflict"
    assert "title" in str(caught.value)
    assert "glossary" in str(caught.value)
    assert not gate.changing
    done = publish(f"ckan:{gate.address}", path, overwrite=True)
    assert done.sent == ["budget_lines"]
    assert act("package_show", id=path.name)["title"] != "别人的标题"
    assert not publish(f"ckan:{gate.address}", path).plan.changes


def test_a_file_that_others_replaced_is_noticed(editor: Stack, act: Act, tmp_path: Path) -> None:
    """CKAN keeps the hash that was sent with the first file, whatever replaces it."""
    path = package(tmp_path, "113")
    publish(f"ckan:{editor.address}", path)
    one = parts(act("package_show", id=path.name))["glossary"]
    form = b'--x\r\nContent-Disposition: form-data; name="id"\r\n\r\n' + one["id"].encode()
    form += b'\r\n--x\r\nContent-Disposition: form-data; name="upload"; filename="glossary.csv"\r\n\r\nid\r\n--x--\r\n'
    import urllib.request

    request = urllib.request.Request(
        f"{editor.address}/api/3/action/resource_patch", data=form,
        headers={"Authorization": editor.tokens["boss"], "Content-Type": "multipart/form-data; boundary=x"},
    )  # fmt: skip
    with urllib.request.urlopen(request, timeout=300):
        pass
    assert parts(act("package_show", id=path.name))["glossary"]["hash"] == one["hash"]
    with pytest.raises(PublishError) as caught:
        publish(f"ckan:{editor.address}", path)
    assert "glossary" in str(caught.value)
    assert publish(f"ckan:{editor.address}", path, overwrite=True).sent == ["glossary"]
    assert get(one["url"])[1] == (path / "data/glossary.csv").read_bytes()


def test_what_others_added_stays(editor: Stack, act: Act, tmp_path: Path) -> None:
    path = package(tmp_path, "114")
    publish(f"ckan:{editor.address}", path)
    act("resource_create", who="boss", package_id=path.name, name="解读", url="https://example.org/解读.pdf")
    shown = act("package_show", id=path.name)
    act("package_patch", who="boss", id=path.name, extras=[*shown["extras"], {"key": "note", "value": "x"}])
    assert not publish(f"ckan:{editor.address}", path).plan.changes
    publish(f"ckan:{editor.address}", changed(path, "budget_lines", "7651400", "7651401"))
    after = act("package_show", id=path.name)
    assert [one["name"] for one in after["resources"] if not one.get("package_resource")] == ["解读"]
    assert {"key": "note", "value": "x"} in after["extras"]


def test_a_dataset_of_others_is_left_alone(editor: Stack, act: Act, tmp_path: Path) -> None:
    path = package(tmp_path, "115")
    act("package_create", who="editor", name=path.name, title="手工录入", owner_org=editor.organization)
    with pytest.raises(PublishError) as caught:
        publish(f"ckan:{editor.address}", path)
    assert caught.value.key == "publish.conflict"
    assert act("package_show", id=path.name)["title"] == "手工录入"


def test_an_edit_while_publishing_is_noticed(gate: Gate, act: Act, tmp_path: Path) -> None:
    path = package(tmp_path, "116")
    edited: list[str] = []

    def meanwhile(asked: Asked) -> None:
        if asked.uploads and b"glossary.csv" in asked.body and not edited:
            edited.append(act("package_patch", who="boss", id=path.name, title="别人的标题")["title"])

    gate.fault = meanwhile
    with pytest.raises(PublishError) as caught:
        publish(f"ckan:{gate.address}", path)
    assert caught.value.key == "publish.changed_meanwhile"
    assert edited == ["别人的标题"]
    assert act("package_show", who="editor", id=path.name)["private"]


@pytest.mark.parametrize("debug", [(), ("--debug",)])
def test_a_wrong_token_is_said_and_not_shown(editor: Stack, tmp_path: Path, debug: tuple[str, ...]) -> None:
    token = "a-token-that-nobody-may-see-1234567890"
    path = str(package(tmp_path, "117"))
    done = command("publish", path, "--to", f"ckan:{editor.address}", *debug, OPENBUDGET_CKAN_TOKEN=token)
    assert done.returncode == 5
    assert "does not know this token" in done.stderr
    assert token not in done.stdout + done.stderr


def test_tokens_are_shown_in_no_error(gate: Gate, tmp_path: Path) -> None:
    """A server that throws the token back at us, and one that is not there."""
    token = "a-token-that-nobody-may-see-1234567890"
    file = tmp_path / "token"
    file.write_text(f"{token}\n", encoding="utf-8")
    path = str(package(tmp_path, "118"))
    words = ("publish", path, "--to", f"ckan:{gate.address}", "-O", f"token-file={file}", "--retries", "0", "--debug")
    gate.fault = lambda asked: Fault(alter=lambda content: f'"Authorization: {token}"'.encode())
    strange = command(*words)
    gate.fault = lambda asked: Fault(lose=True)
    gone = command(*words)
    assert (strange.returncode, gone.returncode) == (5, 5)
    assert token not in strange.stdout + strange.stderr + gone.stdout + gone.stderr


def test_the_token_comes_from_the_environment_or_a_file_only(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("OPENBUDGET_CKAN_TOKEN", raising=False)
    path = package(tmp_path, "119")
    for address, key in (
        ("http://127.0.0.1:9", "publish.no_token"),
        ("http://me:secret@127.0.0.1:9", "publish.secret_in_address"),
        ("ftp://127.0.0.1:9", "publish.bad_address"),
        ("http://127.0.0.1:nine", "publish.bad_address"),
    ):
        with pytest.raises(UsageError) as caught:
            publish(f"ckan:{address}", path)
        assert caught.value.key == key
        assert "secret@" not in str(caught.value)
    monkeypatch.setenv("OPENBUDGET_CKAN_TOKEN", "two words")
    with pytest.raises(UsageError) as caught:
        publish("ckan:http://127.0.0.1:9", path)
    assert caught.value.key == "publish.bad_token"
    assert "two words" not in str(caught.value)


def test_rights_that_are_missing_are_said(editor: Stack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = package(tmp_path, "120")
    to = f"ckan:{editor.address}"
    with pytest.raises(PublishError) as caught:
        publish(to, path, options={"organization": "not-there"})
    assert caught.value.key == "publish.ckan_no_organization"
    monkeypatch.setenv("OPENBUDGET_CKAN_TOKEN", editor.tokens["stranger"])
    with pytest.raises(UsageError) as which:
        publish(to, path)
    assert which.value.key == "publish.ckan_which"
    with pytest.raises(PublishError) as member:
        publish(to, path, options={"organization": editor.organization})
    assert member.value.key == "publish.ckan_not_member"


def test_an_organisation_is_made_where_that_is_allowed(
    editor: Stack, act: Act, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENBUDGET_CKAN_TOKEN", editor.tokens["boss"])
    path = package(tmp_path, "121", ("organizations",))
    done = publish(f"ckan:{editor.address}", path, options={"organization": "new-office", "datastore": "no"})
    assert done.plan.actions[0].resource == "organization:new-office"
    shown = act("package_show", id=path.name)
    assert shown["organization"]["name"] == "new-office"
    assert not parts(shown)["organizations"]["datastore_active"]


def test_a_package_with_errors_is_refused_before_anything_is_sent(gate: Gate, tmp_path: Path) -> None:
    path = package(tmp_path, "122")
    (path / "data/glossary.csv").write_text("broken\n", encoding="utf-8")
    token = next(iter(gate.asked), None)
    assert token is None
    import os

    words = ("publish", str(path), "--to", f"ckan:{gate.address}", "--format", "json")
    done = command(*words, OPENBUDGET_CKAN_TOKEN=os.environ["OPENBUDGET_CKAN_TOKEN"])
    assert done.returncode == 5
    assert path.name in done.stderr
    assert not gate.changing


def test_proxies_of_the_environment_are_used(gate: Gate, editor: Stack, tmp_path: Path) -> None:
    path = str(package(tmp_path, "123", ("organizations",)))
    done = command(
        "publish", path, "--to", "ckan:http://portal.invalid", "--dry-run", "--allow-invalid", "--format", "json",
        OPENBUDGET_CKAN_TOKEN=editor.tokens["editor"], HTTP_PROXY=gate.address, http_proxy=gate.address,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["counts"]["create"] == 1
    assert {one.host for one in gate.asked} == {"portal.invalid"}


def test_ckans_own_dcat_tells_what_was_published(editor: Stack, tmp_path: Path) -> None:
    path = package(tmp_path, "124", ("organizations",))
    publish(f"ckan:{editor.address}", path, options={"licence": "CC-BY-4.0"})
    status, content = get(f"{editor.address}/dataset/{path.name}.jsonld?profiles=euro_dcat_ap_3")
    assert status == 200
    text = content.decode()
    digest = json.loads((path / "datapackage.json").read_bytes())["resources"][0]["hash"].removeprefix("sha256:")
    assert digest in text
    assert "checksumAlgorithm_sha256" in text
    assert path.name in text


def test_the_receipt_names_what_is_where(editor: Stack, tmp_path: Path) -> None:
    path = package(tmp_path, "125", ("organizations",))
    kept = tmp_path / "receipts" / "receipt.json"
    done = command(
        "publish", str(path), "--to", f"ckan:{editor.address}", "--allow-invalid", "--receipt", str(kept),
        OPENBUDGET_CKAN_TOKEN=editor.tokens["editor"],
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    made = json.loads(kept.read_bytes())["detail"]["packages"][path.name]
    one = made["resources"]["organizations"]
    assert get(one["url"])[1] == (path / "data/organizations.csv").read_bytes()
    assert f"sha256:{one['sha256']}" == json.loads((path / "datapackage.json").read_bytes())["resources"][0]["hash"]


def test_ckans_harvester_reads_the_catalogue_of_the_portal(editor: Stack, tmp_path: Path) -> None:
    """What ckanext-dcat makes of the site's catalogue: the dataset and its files, and nothing of a planted fault."""
    folder, base = tmp_path / "site", "https://open.example.org/budget"
    publish(f"site:{folder}", SOURCE, options={"url": base})

    def consumed(file: Path) -> list[dict[str, Any]]:
        done = subprocess.run(
            [VENV / "bin" / "ckan", "-c", editor.folder / "ckan.ini", "dcat", "consume", "-f", "json-ld", "-p",
             "euro_dcat_ap_3", file], capture_output=True, text=True, check=True, env=environ(), timeout=600,
        )  # fmt: skip
        found: list[dict[str, Any]] = json.loads(done.stdout[done.stdout.index("[") :])
        return found

    (one,) = consumed(folder / "catalog.jsonld")
    about = json.loads((SOURCE / "datapackage.json").read_bytes())
    assert one["title"] == about["title"]
    assert one["resources"]
    hashes = {resource.get("hash") for resource in one["resources"]}
    assert {part["hash"].removeprefix("sha256:") for part in about["resources"]} <= hashes
    urls = {resource.get("download_url") or resource["url"] for resource in one["resources"]}
    for path in (part["path"] for part in about["resources"]):
        assert f"{base}/packages/{SOURCE.name}/{path}" in urls
    planted = tmp_path / "planted.jsonld"
    text = (folder / "catalog.jsonld").read_text(encoding="utf-8")
    planted.write_text(text.replace("dcat:Dataset", "dcat:Nothing"), encoding="utf-8")
    assert consumed(planted) == []
