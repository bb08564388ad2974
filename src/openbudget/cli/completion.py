"""`openbudget completion`: the script that makes a shell complete commands, options and their values, else files."""

from __future__ import annotations

from openbudget.cli import _frame as frame

_BASH = """\
_openbudget() {
    local IFS=$'\\n'
    COMPREPLY=($(_OPENBUDGET_COMPLETE=1 "$1" "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o default -F _openbudget openbudget
"""
_ZSH = """\
#compdef openbudget
_openbudget() {
    local -a offered
    offered=(${(f)"$(_OPENBUDGET_COMPLETE=1 "${words[1]}" "${(@)words[2,CURRENT]}" 2>/dev/null)"})
    if (( $#offered )); then compadd -- $offered; else _files; fi
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then _openbudget "$@"; else compdef _openbudget openbudget; fi
"""
_FISH = """\
function _openbudget
    set -l line (commandline -opc) (commandline -ct)
    env _OPENBUDGET_COMPLETE=1 $line 2>/dev/null
end
complete -c openbudget -a '(_openbudget)'
"""


@frame.command("completion")
@frame.argument("shell", metavar="SHELL", kind=frame.Choice(["bash", "zsh", "fish"]))
def command(shell: str) -> None:
    frame.write({"bash": _BASH, "zsh": _ZSH, "fish": _FISH}[shell])
