"""The draft: to settings and back, and what may be kept of it between two starts."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from b24learn_gui.gui.wizard.draft import Draft, changed_fields
from b24learn_gui.storage.settings import (
    ActivationSettings,
    LearnSettings,
    LimitSettings,
    PortalSettings,
    ScheduleSettings,
    Settings,
    SyncSettings,
)

FULL = Settings(
    language="ru",
    learn=LearnSettings("https://learn.example.com", "api_key", "a@b.example", "id", "", "/ca.pem", "proxy:3128"),
    portals=(
        PortalSettings("main", "https://one.example.com", "Один", "", "", False, (1, 7), (3,)),
        PortalSettings("west", "https://two.example.com", include=(2,)),
    ),
    schedule=ScheduleSettings(False, "04:00", "16:00"),
    sync=SyncSettings(True, "Добро пожаловать", False, "phone", "KZ", "keep", "keep", "delete", ("x",), ("main:1",)),
    limits=LimitSettings(deactivate_count=7),
    activation=ActivationSettings(email="vendor@example.com"),
)


def test_settings_survive_the_draft_unchanged() -> None:
    assert Draft.of(FULL).settings() == FULL


def test_what_the_wizard_does_not_ask_is_kept() -> None:
    edited = replace(Draft.of(FULL), first_run_utc="05:00").settings()
    assert edited == replace(FULL, schedule=replace(FULL.schedule, first_run_utc="05:00"))


def test_a_draft_goes_on_where_it_was_left() -> None:
    draft = replace(Draft.of(FULL), name="Ким", email="o@firm.example", phone="8 945")
    kept = json.loads(json.dumps(draft.to_resume()))
    assert Draft.from_resume(kept) == replace(draft, base=FULL)


def test_half_typed_values_do_not_stop_going_on() -> None:
    draft = replace(Draft(), first_run_utc="3", learn_url="learn.example", login="admin@")
    again = Draft.from_resume(json.loads(json.dumps(draft.to_resume())))
    assert again is not None
    assert (again.learn_url, again.login, again.first_run_utc) == ("learn.example", "admin@", "03:00")


@pytest.mark.parametrize(
    "changes",
    [
        {"learn_url": "https://admin:canary-secret@learn.example.com"},
        {"learn_url": "https://p.example.com/rest/1/canary-secret/"},
        {"api_url": "https://a:canary-secret@learn.example.com"},
        {"learn_proxy": "http://u:canary-secret@proxy:3128"},
        {"portals": (PortalSettings("main", "https://p.example.com/rest/1/canary-secret/"),)},
        {"portals": (PortalSettings("main", "https://p.example.com", proxy="u:canary-secret@proxy:1"),)},
    ],
)
def test_T24_no_address_is_kept_that_holds_a_secret(changes: dict[str, object]) -> None:
    draft = replace(Draft(), **changes)  # type: ignore[arg-type]
    assert "canary-secret" not in json.dumps(draft.to_resume())


@pytest.mark.parametrize("changes", [{"login": "canary-secret"}, {"name": "my password is canary-secret"}])
def test_T24_no_typed_secret_is_kept_in_another_field_either(changes: dict[str, object]) -> None:
    draft = replace(Draft(), **changes)  # type: ignore[arg-type]
    assert "canary-secret" not in json.dumps(draft.to_resume(["canary-secret"]))
    assert "canary-secret" in json.dumps(draft.to_resume(["another"]))


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_a_damaged_file_is_no_draft_and_no_crash(data: object) -> None:
    for plain in (
        {"version": 1, "settings": data, "request": data},
        {"version": 1, "settings": {"learn": data, "portals": data}, "request": {"name": data}},
    ):
        found = Draft.from_resume(plain)
        assert found is None or found.portals


def test_a_new_portals_key_was_never_used() -> None:
    draft = Draft.of(FULL)
    assert draft.free_key() == "portal2"
    assert replace(draft, portals=draft.portals[1:]).free_key() == "portal2"  # `main` may have departments in Learn
    assert Draft().free_key() == "portal2"


def test_changed_fields_are_named() -> None:
    assert changed_fields(Draft(), replace(Draft(), login="x", sync_heads=False)) == {"login", "sync_heads"}
