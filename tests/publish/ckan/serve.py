"""Runs inside CKAN's own environment: makes its database, an organisation and users, and serves it.

    python serve.py FOLDER    with FOLDER/settings.json: {"solr": port, "ini": {…}}

When it serves, FOLDER/ready.json has its address and the tokens of an administrator and of an editor of one
organisation (who is no administrator). Everything is done in one process: each call of CKAN's own command takes seconds.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path


def main(folder: Path) -> None:
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(64)
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    settings = json.loads((folder / "settings.json").read_bytes())
    ini = folder / "ckan.ini"
    bin_ = Path(sys.executable).parent
    subprocess.run([bin_ / "ckan", "generate", "config", ini], check=True, stdout=subprocess.DEVNULL)
    lines = {**settings["ini"], "ckan.site_url": address}
    subprocess.run(
        [bin_ / "ckan", "config-tool", ini, *(f"{name}={value}" for name, value in lines.items())],
        check=True,
        stdout=subprocess.DEVNULL,
    )

    from ckan import model
    from ckan.cli import load_config
    from ckan.config.middleware import make_app

    app = make_app(load_config(str(ini)))
    model.repo.init_db()
    with app._wsgi_app.test_request_context() if hasattr(app, "_wsgi_app") else app.test_request_context():
        _permissions()
        made = _people()
    from werkzeug.serving import make_server

    server = make_server("127.0.0.1", 0, app, threaded=True, fd=listener.fileno())
    (folder / "ready.new").write_text(json.dumps({"address": address, **made}), encoding="utf-8")
    os.replace(folder / "ready.new", folder / "ready.json")
    server.serve_forever()


def _permissions() -> None:
    """What the manual has the administrator do by `ckan datastore set-permissions | psql`."""
    from ckan.common import config
    from ckanext.datastore.cli import permissions_sql

    script = permissions_sql("ckan", "datastore", "ckan", "ckan", "ckan_ro")
    subprocess.run(
        ["psql", "-q", "-v", "ON_ERROR_STOP=1", "-h", config["openbudget.test.sockets"], "-U", "postgres"],
        input=script,
        text=True,
        check=True,
        stdout=subprocess.DEVNULL,
    )


def _people() -> dict[str, object]:
    from ckan.logic import get_action
    from ckan.model import Session, User

    site = get_action("get_site_user")({"ignore_auth": True}, {})["name"]

    def act(action: str, /, **data: object) -> dict[str, object]:
        return get_action(action)({"ignore_auth": True, "user": site}, data)

    for name in ("boss", "editor", "stranger"):
        act("user_create", name=name, email=f"{name}@example.org", password="not-secret-1")
    boss = User.get("boss")
    boss.sysadmin = True
    Session.commit()
    act("organization_create", name="finance", title="财政局", users=[{"name": "editor", "capacity": "editor"}])
    tokens = {name: act("api_token_create", user=name, name="test")["token"] for name in ("boss", "editor", "stranger")}
    return {"tokens": tokens, "organization": "finance"}


if __name__ == "__main__":
    main(Path(sys.argv[1]))
