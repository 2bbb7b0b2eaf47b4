"""What `explain` tells people: of everybody found the same lines as the window shows."""

from typing import TYPE_CHECKING

from b24learn_gui.cli.layout import plain
from b24learn_gui.text import Words
from b24learn_gui.text.explained import lines_of

if TYPE_CHECKING:
    from b24learn_gui.service.explain import Explanation
    from b24learn_gui.service.explain_person import Explained


def render_explain(answer: "Explanation", words: Words) -> str:
    """One block a person; for nobody, where was looked and who has a similar name."""
    blocks = [_person(each, words) for each in answer.people]
    if answer.more:
        blocks.append(words.plural("and {n} more", "and {n} more", answer.more))
    if not answer.people:
        blocks.append(_nobody(answer, words))
    if answer.unread:
        blocks.append("\n".join(answer.unread))
    return "\n\n".join(blocks) + "\n"


def _person(found: "Explained", words: Words) -> str:
    head = f"{plain(found.name)}   {found.key[0]}:{found.key[1]}"
    width = max(len(line.label) for line in lines_of(found, words)) + 2
    rows = [head, f"  {found.headline}"]
    for line in lines_of(found, words):
        first, *more = [plain(said) for said in line.said]
        rows.append(f"  {line.label:<{width}}{first}")
        rows += [f"  {'':<{width}}{said}" for said in more]
    return "\n".join(rows)


def _nobody(answer: "Explanation", words: Words) -> str:
    lines = [words("Nobody is known by “{who}”.", who=plain(answer.who))]
    lines += [plain(each) for each in answer.strays]
    lines.append(words("Looked through: {places}.", places=", ".join(answer.searched)))
    if answer.nearest:
        names = words.listed(f"{plain(name)} ({label})" for label, name in answer.nearest)
        lines.append(words("Similar names: {names}.", names=names))
    else:
        lines.append(words("Try the Bitrix24 id, the e-mail, the login in Learn, or the beginning of the name."))
    return "\n".join(lines)
