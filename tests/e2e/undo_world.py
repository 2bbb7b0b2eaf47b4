"""A company and a run in which everything happens that an undo has to take back."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from b24learn_gui.demo.learn import LearnWorld
from tests.e2e.arena import Arena, Summary, arena, email_of, small_company

PEOPLE = 16
NEWCOMERS, STRANGER = (17, 18), "stranger@main.example"
"""Two who get accounts, and one whose account was in Learn before this program."""


@contextmanager
def undo_arena(tmp_path: Path) -> Iterator[Arena]:
    """Everybody has an account and both departments have heads; person 9 was dismissed and deactivated since."""
    world = small_company(PEOPLE)
    world.add_department("Архив", 1, number=4)
    world.set_head(2, 2)
    world.set_head(3, 3)
    learn = LearnWorld()
    with arena(tmp_path, {"main": world}, learn_world=learn) as made:
        made.save(
            sync={"empty_departments": "delete"}, limits={"adoptions": 0, "deactivate_count": 1, "always_allowed": 1}
        )
        made.settle()
        world.dismiss(9)
        assert made.sync().kinds() == {"user.deactivate": 1}
        learn.add_account(STRANGER, email=STRANGER, first_name="Своя", last_name="Чужая", job_title="Гость")
        made.learn.log.clear()
        yield made


def news(made: Arena) -> None:
    """Creates, an adoption that is changed and moved as well, updates, a swap of logins, moves, leavers, a return, new
    heads, departments made, renamed, moved and deleted."""
    world = made.main.world
    for number in NEWCOMERS:
        fields = {"NAME": "Новый", "LAST_NAME": f"Человек{number}", "EMAIL": email_of(number)}
        world.add_person([5 if number == NEWCOMERS[0] else 2], number=number, **fields)
    world.add_department("Новый отдел", 2, number=5)
    world.add_person([3], number=19, NAME="Своя", LAST_NAME="Чужая", EMAIL=STRANGER, WORK_POSITION="Менеджер")
    world.change(4, WORK_POSITION="Начальник", NAME="Другое")
    world.change(5, EMAIL=email_of(6))
    world.change(6, EMAIL=email_of(5))
    world.move(7, [2])
    world.move(8, [3])
    for number in (10, 12, 14):
        world.dismiss(number)
    world.rehire(9)
    world.set_head(2, 8)
    world.set_head(3, None)
    world.rename_department(3, "Хранилище")
    world.move_department(3, 2)
    world.delete_department(4)


KINDS = {
    "department.create": 1,
    "department.update": 1,
    "department.move": 1,
    "department.delete": 1,
    "head.set": 1,
    "head.clear": 1,
    "user.create": 2,
    "user.adopt": 1,
    "user.update": 4,
    "user.move": 3,
    "user.deactivate": 3,
    "user.reactivate": 1,
}
TOUCHED = {4, 5, 6, 7, 8, 9, 10, 12, 14, 19, *NEWCOMERS}
"""Everybody whom that run changes."""


def ran(made: Arena) -> Summary:
    """The run with everything: above its limits, and approved."""
    news(made)
    refused = made.sync()
    assert (refused.code, made.learn.log.writes) == (20, ())
    done = made.sync("--approve", refused.json["plan_hash"])
    assert done.code == 0, (done.json["problems"], done.json.get("error"))
    assert done.kinds() == KINDS
    return done.json


def without_what_was_created(made: Arena, before: dict[str, Any]) -> dict[str, Any]:
    """Everything in Learn but the new accounts, which are inactive, and the new departments, which are empty."""
    truth = made.truth()
    for number in NEWCOMERS:
        assert truth["accounts"].pop(email_of(number))["status"] != 1
    for path in [path for path in truth["departments"] if path.endswith("/Новый отдел")]:
        held = [
            login for login, each in truth["accounts"].items() if each["department"] == path and each["status"] == 1
        ]
        assert truth["departments"].pop(path)["supervisor"] == "inherit"
        assert not held
    return with_ids_of_the_recreated(truth, before)


def with_ids_of_the_recreated(truth: dict[str, Any], before: dict[str, Any]) -> dict[str, Any]:
    """A department that was deleted comes back under another id, everything else of it is the same."""
    for path in [path for path in before["departments"] if path.endswith("/Архив")]:
        if path in truth["departments"]:
            truth["departments"][path]["id"] = before["departments"][path]["id"]
    return truth
