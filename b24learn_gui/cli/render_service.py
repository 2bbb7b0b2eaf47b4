"""What `service install`, `status` and the self-test tell people, from their JSON objects."""

from collections.abc import Mapping
from typing import Any

from b24learn_gui.cli.layout import plain, table
from b24learn_gui.cli.render_others import MARKS, hanging
from b24learn_gui.text import Words
from b24learn_gui.text.words import mark

Object = Mapping[str, Any]

_SCHEDULERS = {
    "systemd": mark("systemd"),
    "task_scheduler": mark("Windows Task Scheduler"),
    "launchd": mark("launchd"),
}


def render_registration(answer: Object, words: Words) -> str:
    """Whether runs are registered, how, and line by line what was tried."""
    blocks = [_headline(answer, words)]
    if answer["registered"]:
        blocks.append("\n".join(table(_how(answer, words))))
        blocks.append(_checks(answer, words))
    return "\n\n".join(blocks) + "\n"


def render_checks(answer: Object, words: Words) -> str:
    """The self-test alone."""
    return "\n".join([_checks(answer, words), "", _verdict(answer, words)]) + "\n"


def _headline(answer: Object, words: Words) -> str:
    if answer["foreign"]:
        return words("Nothing is registered: {where} was not made by this program.", where=answer["where"])
    if not answer["registered"]:
        return words('No runs are registered. "service install" registers them.')
    if not answer["active"]:
        return words('The runs are registered, but switched off. "service install" switches them on.')
    if answer["exit_code"] == 0:
        return words("The runs are registered, and everything they need is there.")
    return words("The runs are registered, but something has to be looked at first.")


def _verdict(answer: Object, words: Words) -> str:
    if answer["exit_code"] == 0:
        return words("Everything a run needs is there.")
    return words("Something a run needs is missing.")


def _how(answer: Object, words: Words) -> list[list[str]]:
    rows = [
        [words("Scheduler"), words(_SCHEDULERS[answer["scheduler"]])],
        [words("Registered in"), plain(answer["where"])],
        [words("Runs as"), plain(answer["account"] or words("you"))],
    ]
    if answer["home"]:
        rows.append([words("Home"), plain(answer["home"])])
    if answer["secrets_dir"]:
        rows.append([words("Secrets from"), plain(answer["secrets_dir"])])
    if answer["next_start"]:
        rows.append([words("Asks next"), words.moment(answer["next_start"])])
    return rows


def _told(message: str) -> str:
    """Another account may have written it: its lines stay, what would steer the terminal does not."""
    return "\n".join(plain(line) for line in message.splitlines())


def _checks(answer: Object, words: Words) -> str:
    if not answer["checks"]:
        return words("There was no self-test yet.")
    account = answer.get("tested_as") or answer.get("account")
    title = words("Self-test as {account}", account=plain(account)) if account else words("Self-test")
    rows = [[MARKS[check["ok"]], _told(check["message"])] for check in answer["checks"]]
    return "\n".join([title, *hanging(rows)])
