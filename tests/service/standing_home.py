"""A home whose clock a test turns, with runs in its journal as summaries of every end leave them."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from b24learn_gui.service.context import Context
from b24learn_gui.storage.journal import Journal
from b24learn_gui.storage.places import Places, find_places
from b24learn_gui.storage.secrets import Secrets
from b24learn_gui.sync.changes import KINDS, Change
from b24learn_gui.text import Words

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SETTINGS = """
[learn]
url = "https://learn.example.com"
login = "admin@example.com"

[[portals]]
key = "main"
address = "https://portal.example.com"
include = [1]

[schedule]
enabled = true
first_run_utc = "03:00"
second_run_utc = "15:00"
"""


@dataclass
class StandingHome:
    directory: Path
    now: datetime = NOW
    places: Places = field(init=False)
    context: Context = field(init=False)

    def __post_init__(self) -> None:
        self.places = find_places(self.directory / "home", {})
        secrets = Secrets(account=self.places.home_id, environment={}, session={})
        self.context = Context(
            places=self.places, words=Words("en"), secrets=secrets, environment={}, now=lambda: self.now
        )

    def save(self, text: str = SETTINGS, *, saved: datetime = NOW - timedelta(days=2), **alerts: object) -> None:
        """As if saved at that moment; `alerts` go into their table."""
        self.places.prepare()
        lines = [f"{name} = {value!r}".replace("'", '"') for name, value in alerts.items()]
        self.places.settings_file.write_text("\n".join([text, "[alerts]", *lines]) if lines else text, "utf-8")
        os.utime(self.places.settings_file, (saved.timestamp(), saved.timestamp()))

    def journal(self) -> Journal:
        self.places.prepare()
        return Journal.open(self.places.journal_file)

    def run(
        self,
        began: datetime,
        exit_code: int = 0,
        *,
        command: str = "sync",
        partial: bool = False,
        counts: Mapping[str, int] | None = None,
        **more: Any,
    ) -> dict[str, Any]:
        """A run of a minute that is over; its summary, with `more` in it."""
        summary = summary_of(began, exit_code, command=command, counts=counts, **more)
        with self.journal() as journal:
            journal.begin_run(command, "schedule", began, run_id=summary["run"], partial=partial)
            journal.finish_run(
                summary["run"],
                began + timedelta(minutes=1),
                exit_code,
                counts=summary["counts"],
                summary=summary,
                plan_hash=summary["plan_hash"],
            )
        return summary

    def begin(self, began: datetime, *, confirmed: int = 0, command: str = "sync") -> str:
        """A run that has not come to its end."""
        with self.journal() as journal:
            run_id = journal.begin_run(command, "schedule", began)
            diary = journal.diary(run_id)
            changes = [Change("user.update", "main", number, f"id{number}", "Ким Ольга") for number in range(confirmed)]
            diary.intend([*changes, Change("user.update", "main", 99_999, "id", "Ким Ольга")])
            for change in changes:
                diary.confirm(change)
        return run_id


def summary_of(
    began: datetime,
    exit_code: int = 0,
    *,
    command: str = "sync",
    counts: Mapping[str, int] | None = None,
    plan_hash: str = "abc",
    changes: Sequence[Mapping[str, Any]] = (),
    problems: Sequence[Mapping[str, Any]] = (),
    limits: Sequence[Mapping[str, Any]] = (),
    sources: Sequence[Mapping[str, Any]] = (),
    **more: Any,
) -> dict[str, Any]:
    text = f"{began:%Y-%m-%dT%H:%M:%SZ}"
    return {
        "run": f"{began:%Y%m%dT%H%M%SZ}-0000",
        "command": command,
        "trigger": "schedule",
        "exit_code": exit_code,
        "plan_hash": plan_hash,
        "started_at": text,
        "finished_at": text,
        "sources": list(sources),
        "counts": {**dict.fromkeys(KINDS, 0), **(counts or {})},
        "people": {"read": 40, "unchanged": 40},
        "letters": 0,
        "limits": list(limits),
        "changes": list(changes),
        "problems": list(problems),
        "requests": {"bitrix24": 1, "learn_read": 1, "learn_write": 0},
        **more,
    }


def change(
    number: int, cause: str, kind: str = "user.deactivate", portal: str = "main", **after: Any
) -> dict[str, Any]:
    return {
        "kind": kind,
        "object": "person",
        "portal": portal,
        "bitrix24_id": number,
        "learn_id": f"id{number}",
        "name": "Ким Ольга",
        "before": {"status": "active"},
        "after": after or {"status": "inactive"},
        "cause": cause,
    }


def problem(number: int | None, code: str, *, note: bool = False, what: str = "person") -> dict[str, Any]:
    return {
        "object": what,
        "portal": "main",
        "bitrix24_id": number,
        "name": "Ким Ольга",
        "code": code,
        "detail": {},
        "note": note,
    }


def failure(code: str, side: str = "learn", portal: str | None = None) -> dict[str, Any]:
    return {"code": code, "message": "It failed.", "side": side, "portal": portal}
