"""What a shell offers for the word that is being typed."""

from __future__ import annotations

from openbudget.cli._parameters import Choice, Parameter


def candidates(line: list[str]) -> list[str]:
    """The words that the last one of the line may become; none where files are meant."""
    from openbudget.cli._boundary import global_options
    from openbudget.cli._program import OPTIONS, command_of, commands

    *before, last = [word for word in line if word != "="] or [""]  # bash takes `--option=value` to pieces
    before = global_options(before).rest
    if not before:
        offered = _opts(OPTIONS) if last.startswith("-") else commands()
    elif before[0] in commands():
        offered = _of_command(command_of(before[0]).parameters, before[1:], last)
    else:
        offered = []
    return [word for word in offered if word.startswith(last)]


def _of_command(parameters: tuple[Parameter, ...], before: list[str], last: str) -> list[str]:
    options = {opt: one for one in parameters for opt in one.opts}
    opt, equals, _ = last.partition("=")
    if equals and opt in options:
        return [f"{opt}={word}" for word in _choices(options[opt])]
    waiting = options.get(before[-1]) if before else None
    if waiting is not None and not waiting.is_flag:
        return _choices(waiting)
    if last.startswith("-"):
        return _opts(parameters)
    taken = [
        word
        for word, ahead in zip(before, ["", *before], strict=False)
        if not word.startswith("-") and (ahead not in options or options[ahead].is_flag)
    ]
    arguments = [one for one in parameters if not one.opts]
    return _choices(arguments[len(taken)]) if len(taken) < len(arguments) else []


def _choices(parameter: Parameter) -> list[str]:
    return list(parameter.kind.choices) if isinstance(parameter.kind, Choice) else []


def _opts(parameters: tuple[Parameter, ...]) -> list[str]:
    return [opt for one in parameters for opt in one.opts]
