"""`openbudget export`: a package in a format of others."""

from __future__ import annotations

from openbudget.cli import _frame as frame
from openbudget.messages import say


@frame.command("export")
@frame.argument("package", metavar="PACKAGE")
@frame.option("--to", metavar="FORMAT", required=True)
@frame.option("-o", "--out", metavar="PATH", required=True)
@frame.option("-O", "--option", metavar="NAME=VALUE", multiple=True)
@frame.option("--allow-invalid", is_flag=True)
def command(package: str, to: str, out: str, option: tuple[str, ...], allow_invalid: bool) -> None:
    from pathlib import Path

    from openbudget.batch.answers import write
    from openbudget.cli._publishing import pairs
    from openbudget.errors import UsageError
    from openbudget.export import export
    from openbudget.package.atomic import write_error, write_folder
    from openbudget.publish.release import opened, refuse_invalid, release_of

    given = pairs(option)
    form = export(to, given)
    target = Path(out)
    if target.exists():
        raise UsageError("batch.file_is_there", path=out)
    found, release = opened(release_of(Path(package)))
    if not allow_invalid:
        refuse_invalid([release])
    files = form.write(found, given)
    if form.single is None:
        write_folder(target, files)
    else:
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise write_error(target, error) from error
        write(files[form.single], target)
    frame.echo(say("export.written", None, path=out))
