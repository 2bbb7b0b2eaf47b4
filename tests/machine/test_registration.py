"""What `service install` decides before and after it asks the scheduler."""

import os
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from b24learn_gui.errors import Refused, SecretUnavailable, StoppedOnRequest, SyncError, WrongUsage
from b24learn_gui.machine.scheduler import Kind, Registration, Task
from b24learn_gui.service.context import Context
from b24learn_gui.service.registration import install, remove, status
from b24learn_gui.service.selftest import self_test
from tests.e2e.arena import Arena, arena
from tests.machine.test_selftest import context_of

root_only = pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="accounts are root's business")


@dataclass
class Pretended:
    """A scheduler that keeps registrations in memory and runs the self-test as `test` does."""

    test: Callable[[], object] = lambda: None
    kind: Kind = "systemd"
    logged_out: bool | None = True
    ended: bool = True
    kept: dict[str, Registration] = field(default_factory=dict)
    tasks: list[Task] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    tidied: int = 0

    def find(self, name: str) -> Registration | None:
        return self.kept.get(name)

    def install(self, task: Task) -> None:
        self.tasks.append(task)
        self.kept[task.name] = Registration(True, "here", task.account, task.home, task.secrets_dir, active=True)

    def remove(self, name: str) -> bool:
        self.removed.append(name)
        return self.kept.pop(name, None) is not None

    def start_test(self, task: Task) -> None:
        del task
        self.test()

    def test_ended(self, task: Task) -> bool:
        del task
        return self.ended

    def end_test(self, task: Task) -> None:
        del task
        self.tidied += 1

    def runs_logged_out(self, task: Task) -> bool | None:
        del task
        return self.logged_out


def pretended(context: Context, **more: Any) -> Pretended:
    return Pretended(test=lambda: self_test(context), **more)


def without_secrets_dir(made: Arena) -> Context:
    context = context_of(made)
    return replace(context, environment={**context.environment, "B24LEARN_SECRETS_DIR": ""})


def test_home_and_secrets_directory_of_this_environment_are_recorded(tmp_path: Path) -> None:
    with arena(tmp_path) as made:
        context = context_of(made)
        scheduler = pretended(context)
        answer = install(context, scheduler=scheduler)
        (task,) = scheduler.tasks
        assert (answer["exit_code"], scheduler.tidied) == (0, 1)
        assert (task.home, task.secrets_dir) == (str(made.home), str(made.secrets))
        assert task.sync_command[-5:] == ("--home", str(made.home), "sync", "--trigger", "schedule")


def test_runs_that_end_with_the_login_are_10_and_say_what_changes_it(tmp_path: Path) -> None:
    with arena(tmp_path) as made:
        context = context_of(made)
        answer = install(context, scheduler=pretended(context, logged_out=False))
        assert answer["exit_code"] == 10
        (check,) = [check for check in answer["checks"] if check["check"] == "logged_out"]
        assert "loginctl enable-linger" in check["message"]
        answer = install(context, scheduler=pretended(context, logged_out=False, kind="launchd"))
        assert "--account" in answer["checks"][-1]["message"]


def test_what_the_self_test_finds_outweighs_that(tmp_path: Path) -> None:
    with arena(tmp_path) as made:
        (made.secrets / "learn.password").unlink()
        context = context_of(made)
        assert install(context, scheduler=pretended(context, logged_out=False))["exit_code"] == 41


@pytest.mark.parametrize("ended", [True, False])
def test_a_self_test_that_never_answers_is_70_after_a_bounded_wait(tmp_path: Path, ended: bool) -> None:
    with arena(tmp_path) as made:
        scheduler = Pretended(ended=ended)
        answer = install(context_of(made), scheduler=scheduler, seconds=0.5)
        assert (answer["exit_code"], answer["registered"], scheduler.tidied) == (70, True, 1)
        assert answer["checks"][0]["check"] == "self_test"


def test_an_old_answer_is_never_taken_for_the_new_one(tmp_path: Path) -> None:
    with arena(tmp_path) as made:
        context = context_of(made)
        self_test(context)
        assert install(context, scheduler=Pretended())["exit_code"] == 70


def test_waiting_for_the_answer_can_be_stopped_and_the_test_is_taken_back(tmp_path: Path) -> None:
    with arena(tmp_path) as made:
        stop = threading.Event()
        scheduler = Pretended(test=stop.set, ended=False)
        with pytest.raises(StoppedOnRequest):
            install(replace(context_of(made), stop=stop), scheduler=scheduler)
        assert scheduler.tidied == 1


def test_a_secrets_directory_that_is_not_there_registers_nothing(tmp_path: Path) -> None:
    with arena(tmp_path) as made:
        scheduler = Pretended()
        with pytest.raises(SecretUnavailable, match="secrets_dir_missing"):
            install(context_of(made), secrets_dir=tmp_path / "absent", scheduler=scheduler)
        assert scheduler.tasks == []


def test_an_account_needs_a_home_that_is_named(tmp_path: Path) -> None:
    with arena(tmp_path) as made:
        context = context_of(made)
        homeless = replace(context, places=replace(context.places, own_home=None))
        with pytest.raises(WrongUsage, match="account_needs_home"):
            install(homeless, account="nobody", scheduler=Pretended())


def test_another_account_is_the_administrators_business(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("b24learn_gui.service.registration.may_administer", lambda: False)
    with arena(tmp_path) as made:
        with pytest.raises(Refused, match="needs_administrator"):
            install(context_of(made), account="nobody", scheduler=Pretended())
        scheduler = Pretended()
        scheduler.install(Task(_name(context_of(made)), ("x",), account="nobody"))
        with pytest.raises(Refused, match="needs_administrator"):
            remove(context_of(made), scheduler=scheduler)
        assert scheduler.removed == []


@root_only
def test_an_unknown_account_is_2(tmp_path: Path) -> None:
    with arena(tmp_path) as made, pytest.raises(WrongUsage, match="account_unknown"):
        install(context_of(made), account="no-such-account", scheduler=Pretended())


@root_only
def test_a_service_account_gets_its_home_and_systemd_hands_it_the_secrets_that_are_roots(tmp_path: Path) -> None:
    with arena(tmp_path) as made:
        (made.secrets / "README").write_text("no secret")
        context = context_of(made)
        scheduler = pretended(context)
        answer = install(context, account="nobody", scheduler=scheduler)
        (task,) = scheduler.tasks
        assert task.credentials == ("learn.client_secret", "learn.password", "portal.main.webhook")
        assert (made.home.owner(), (made.home / "settings.toml").owner()) == ("nobody", "nobody")
        assert (answer["account"], made.secrets.owner()) == ("nobody", "root")


@root_only
def test_an_own_store_needs_no_directory_and_other_schedulers_get_no_credentials(tmp_path: Path) -> None:
    with arena(tmp_path) as made:
        scheduler = Pretended()
        install(without_secrets_dir(made), scheduler=scheduler)
        install(context_of(made), account="nobody", scheduler=(launchd := Pretended(kind="launchd")))
        assert (scheduler.tasks[0].secrets_dir, scheduler.tasks[0].credentials) == (None, ())
        assert launchd.tasks[0].credentials == ()


@root_only
def test_changing_from_oneself_to_an_account_leaves_one_registration(tmp_path: Path) -> None:
    with arena(tmp_path) as made:
        context = context_of(made)
        scheduler = pretended(context)
        install(context, scheduler=scheduler)
        install(context, scheduler=scheduler)
        assert scheduler.removed == []
        install(context, account="nobody", scheduler=scheduler)
        assert scheduler.removed == [scheduler.tasks[0].name]


def test_a_foreign_registration_stops_everything_but_the_status(tmp_path: Path) -> None:
    with arena(tmp_path) as made:
        context = context_of(made)
        scheduler = Pretended(kept={_name(context): Registration.foreign("/etc/there")})
        for refused in (install, remove):
            with pytest.raises(SyncError, match="registration_foreign"):
                refused(context, scheduler=scheduler)
        answer = status(context, scheduler=scheduler)
        assert (answer["exit_code"], answer["registered"], answer["foreign"]) == (10, False, True)
        assert scheduler.tasks == []


def test_the_status_is_0_only_where_runs_start_and_their_self_test_was_fine(tmp_path: Path) -> None:
    with arena(tmp_path) as made:
        context = context_of(made)
        scheduler = pretended(context)
        assert status(context, scheduler=scheduler)["exit_code"] == 10
        install(context, scheduler=scheduler)
        assert status(context, scheduler=scheduler)["exit_code"] == 0
        name = _name(context)
        scheduler.kept[name] = replace(scheduler.kept[name], active=False)
        assert status(context, scheduler=scheduler)["exit_code"] == 10


def _name(context: Context) -> str:
    from b24learn_gui.machine.scheduler import task_name

    return task_name(context.places.own_home)


def test_where_everybody_shares_one_list_two_people_do_not_replace_each_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On Windows; a home of its own has one name all the same, whoever asks."""
    from b24learn_gui.machine.scheduler import NAME, task_name
    from b24learn_gui.service import registration
    from b24learn_gui.storage.places import find_places
    from b24learn_gui.storage.secrets import Secrets
    from b24learn_gui.text import Words

    names = {}
    for kind in ("task_scheduler", "systemd"):
        for person in ("FIRM\\anna", "FIRM\\boris"):
            monkeypatch.setattr(registration, "current_account", lambda person=person: person)
            context = Context(find_places(None, {}), Words("en"), Secrets(account=str, environment={}), {})
            asked: list[str] = []
            scheduler = Pretended(kind=kind)
            monkeypatch.setattr(scheduler, "find", lambda name, asked=asked: asked.append(name))
            status(context, scheduler=scheduler)
            names[kind, person] = asked[0]
    assert names["task_scheduler", "FIRM\\anna"] != names["task_scheduler", "FIRM\\boris"]
    assert names["systemd", "FIRM\\anna"] == names["systemd", "FIRM\\boris"] == NAME
    assert task_name(None, "FIRM\\Anna") == task_name(None, "firm\\anna"), "Windows does not tell them apart either"
    assert task_name(tmp_path, "FIRM\\anna") == task_name(tmp_path)
