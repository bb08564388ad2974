"""Commands, options and arguments that speak the person's language.

A command module is written as:

    @frame.command("pack")
    @frame.argument("source", nargs=-1, required=True)
    @frame.option("-o", "--out", metavar="DIR")
    def command(source: tuple[str, ...], out: str | None) -> int | None: ...

Its texts are in `messages/cli.json`: `pack` (help; the first line is what `openbudget --help` shows) and, for
each parameter, `pack.out`, or `option.out` where several commands share the option. The callback returns the
exit code (None: 0). Nothing is looked up before somebody asks for help, so the language may still change.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import click

from openbudget.errors import UsageError
from openbudget.messages import say


def words(key: str, **args: object) -> str:
    """The message `cli.<key>` in the language of the person."""
    return say(f"cli.{key}", None, **args)


class Command(click.Command):
    """A command whose help comes from the catalogue."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        ctx.allow_extra_args = True  # to say so in the person's language
        try:
            rest = super().parse_args(ctx, args)
        except click.UsageError as error:
            error.ctx = error.ctx or ctx  # so that the help of this command is pointed at
            raise
        if rest and not ctx.resilient_parsing:
            raise UsageError("cli.extra_arguments", words=" ".join(rest), command=ctx.command_path)
        return rest

    def get_help(self, ctx: click.Context) -> str:
        from openbudget.cli._layout import columns, definitions, paragraphs

        width = columns()
        text = [_usage(self, ctx, width), paragraphs(words(str(self.name)), width)]
        arguments = [p for p in self.params if isinstance(p, click.Argument)]
        for title, params in (("arguments", arguments), ("options", [p for p in self.get_params(ctx) if _shown(p)])):
            if params:
                rows = [(_names(param, ctx), help_of(self, param, ctx)) for param in params]
                text.append(words(title) + "\n" + definitions(rows, width))
        text.append(paragraphs(words("global_footer"), width))
        return "\n\n".join(text)

    def get_short_help_str(self, limit: int = 45) -> str:
        return words(str(self.name)).partition("\n")[0]


class Group(click.Group):
    """`openbudget` itself: its commands are the modules of this folder, imported when called."""

    def __init__(self, name: str) -> None:
        params: list[click.Parameter] = [
            click.Option(["--lang"], metavar="zh|en", expose_value=False),
            click.Option(["--debug"], is_flag=True, expose_value=False),
            click.Option(["--version"], is_flag=True, is_eager=True, expose_value=False, callback=_version),
            _help_option(),
        ]
        super().__init__(name, params=params, no_args_is_help=False, add_help_option=False)
        self.invoke_without_command = True
        self.callback = _nothing_given

    def list_commands(self, ctx: click.Context) -> list[str]:
        files = os.listdir(os.path.dirname(__file__))
        return sorted(f[:-3].replace("_", "-") for f in files if f.endswith(".py") and not f.startswith("_"))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.list_commands(ctx):
            return None
        from importlib import import_module

        found: click.Command = import_module(f"openbudget.cli.{cmd_name.replace('-', '_')}").command
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in self.list_commands(ctx) and not ctx.resilient_parsing:
            raise UsageError("cli.no_such_command", name=args[0], commands=", ".join(self.list_commands(ctx)))
        return super().resolve_command(ctx, args)

    def get_help(self, ctx: click.Context) -> str:
        from openbudget.cli._layout import columns, definitions, paragraphs

        width = columns()
        commands = [(name, words(name).partition("\n")[0]) for name in self.list_commands(ctx)]
        options = [(_names(param, ctx), help_of(self, param, ctx)) for param in self.get_params(ctx)]
        return "\n\n".join(
            [
                _usage(self, ctx, width),
                paragraphs(words("openbudget"), width),
                words("commands") + "\n" + definitions(commands, width),
                words("options") + "\n" + definitions(options, width),
                paragraphs(words("openbudget_footer"), width),
            ]
        )


def echo(text: str, *, err: bool = False, end: str = "\n") -> None:
    """Print what people read. What documents, packages and servers say stands in it: nothing of that may command the
    terminal, or read as something else than it is."""
    from openbudget.messages.seen import seen

    click.echo(seen(text) + end, nl=False, err=err)


def command(name: str) -> Callable[[Callable[..., int | None]], Command]:
    """Make a function the command `name`; above all its options and arguments."""

    def decorate(function: Callable[..., int | None]) -> Command:
        made = click.command(name, cls=Command, add_help_option=False)(function)
        made.params.append(_help_option())
        return made

    return decorate


def option(*names: str, **settings: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """As `click.option`; its help is in the catalogue."""
    return click.option(*names, **settings)


def argument(name: str, **settings: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """As `click.argument`; its help is in the catalogue."""
    return click.argument(name, **settings)


def _nothing_given() -> None:
    context = click.get_current_context()
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


def _help_option() -> click.Option:
    """`-h, --help`. That of click looks for a translation of its own text, in files, before every command."""
    return click.Option(["-h", "--help"], is_flag=True, is_eager=True, expose_value=False, callback=_show_help)


def _show_help(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        click.echo(ctx.get_help())
        ctx.exit()


def _version(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        from openbudget import __version__

        click.echo(f"openbudget {__version__}")
        ctx.exit()


def _shown(param: click.Parameter) -> bool:
    return isinstance(param, click.Option) and not param.hidden


def _usage(command: click.Command, ctx: click.Context, width: int) -> str:
    said = {"[OPTIONS]": "options_word", "COMMAND [ARGS]...": "command_word"}
    pieces = [words(said[piece]) if piece in said else piece for piece in command.collect_usage_pieces(ctx)]
    return words("usage", line=" ".join([ctx.command_path, *pieces]))


def _names(param: click.Parameter, ctx: click.Context) -> str:
    if isinstance(param, click.Argument):
        return param.make_metavar(ctx).strip("[]")
    names = ", ".join([*param.opts, *param.secondary_opts])
    takes_value = isinstance(param, click.Option) and not param.is_flag and not param.count
    return f"{names} {param.make_metavar(ctx)}" if takes_value else names


def help_of(command: click.Command, param: click.Parameter, ctx: click.Context) -> str:
    """What the help says of a parameter."""
    try:
        text = words(f"{command.name}.{param.name}")
    except KeyError:
        text = words(f"option.{param.name}")
    if isinstance(param, click.Option):
        if param.required:
            text += words("required")
        elif param.show_default:
            text += words("default", value=param.get_default(ctx))
    return text
