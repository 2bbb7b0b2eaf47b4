"""What bash and zsh complete after `b24learn-gui`: the program's own commands and options, without starting it."""

import click

from b24learn_gui.cli.asked import Asked
from b24learn_gui.cli.tree import build
from b24learn_gui.text import Words
from release.manual import PROGRAM, commands

_FILES = "FILE"
_DIRECTORIES = "DIR"


def bash() -> str:
    """A script for `/usr/share/bash-completion/completions`."""
    root = build(Words("en"), Asked())
    cases = [f'    "{path}") words="{" ".join(words)}" ;;' for path, words in _after(root)]
    values = [f"    {name}) {action}; return ;;" for name, action in _values(root)]
    return "\n".join(
        [
            f"# bash completion for {PROGRAM}",
            "",
            "_b24learn_gui() {",
            '  local word="${COMP_WORDS[COMP_CWORD]}" before="${COMP_WORDS[COMP_CWORD-1]}"',
            '  local path="" words="" each skip=""',
            "  COMPREPLY=()",
            '  case "$before" in',
            *values,
            "  esac",
            '  for each in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do',
            '    if [ -n "$skip" ]; then skip=""; continue; fi',
            '    case "$each" in',
            f"      {'|'.join(name for name, _ in _values(root))}) skip=1 ;;",
            "      -*) ;;",
            '      *) path="${path:+$path }$each" ;;',
            "    esac",
            "  done",
            '  case "$path" in',
            *cases,
            '    *) COMPREPLY=($(compgen -f -- "$word")); return ;;',
            "  esac",
            '  COMPREPLY=($(compgen -W "$words" -- "$word"))',
            '  [ -n "${COMPREPLY[*]}" ] || COMPREPLY=($(compgen -f -- "$word"))',
            "}",
            "",
            f"complete -o filenames -F _b24learn_gui {PROGRAM}",
            "",
        ]
    )


def zsh() -> str:
    """A function for `/usr/share/zsh/vendor-completions`: zsh runs the same script as bash does."""
    return "\n".join([f"#compdef {PROGRAM}", "", "autoload -U +X bashcompinit && bashcompinit", "", bash()])


def _after(root: click.Group) -> list[tuple[str, list[str]]]:
    """What may follow each beginning: names below it, and options."""
    whole = dict(commands(root))
    found = [("", [*sorted(root.commands), *_written(root)])]
    for name, each in sorted(root.commands.items()):
        if isinstance(each, click.Group):
            below = sorted(key.partition(" ")[2] for key in whole if key.startswith(f"{name} "))
            found.append((name, [*below, *_written(each)]))
    return [*found, *((name, _written(each)) for name, each in whole.items())]


def _values(root: click.Group) -> list[tuple[str, str]]:
    """Options that want a value, and how it is completed."""
    found: dict[str, str] = {}
    for each in (root, *(command for _, command in commands(root))):
        for option in each.params:
            if isinstance(option, click.Option) and not option.is_flag:
                found |= dict.fromkeys(option.opts, _action(option))
    return sorted(found.items())


def _action(option: click.Option) -> str:
    if isinstance(option.type, click.Choice):
        return f'COMPREPLY=($(compgen -W "{" ".join(map(str, option.type.choices))}" -- "$word"))'
    if option.metavar == _DIRECTORIES:
        return 'COMPREPLY=($(compgen -d -- "$word"))'
    return 'COMPREPLY=($(compgen -f -- "$word"))' if option.metavar == _FILES else "COMPREPLY=()"


def _written(command: click.Command) -> list[str]:
    context = click.Context(command, info_name="")
    names = [
        name
        for each in command.get_params(context)
        if isinstance(each, click.Option) and not each.hidden
        for name in each.opts
        if name.startswith("--")
    ]
    return sorted(set(names))
