"""From the first page to a saved, previewed setup: the flow and what it asks, on the embedded servers."""

import threading
from dataclasses import replace
from pathlib import Path

from b24learn_gui.gui.wizard.flow import Flow
from b24learn_gui.service.activation import ActivationRequest, send_request
from b24learn_gui.service.run import SyncRequest, sync
from b24learn_gui.service.setup import (
    check_learn,
    check_portal,
    consequences,
    field_report,
    keep_unfinished,
    letters_count,
    load_unfinished,
    memory_of,
    plan_draft,
    prepare_consequences,
    preview_draft,
    save,
    saved_settings,
    stored_secrets,
)
from b24learn_gui.storage.settings import ActivationSettings
from tests.e2e.arena import small_company
from tests.service.setup_world import Setup, setup_world
from tests.storage.keyrings import MemoryKeyring


def go_to_the_review(flow: Flow, made: Setup) -> None:
    stop, context = threading.Event(), made.context
    flow.forward()
    for key in made.portals:
        if key not in {portal.key for portal in flow.draft.portals}:
            assert flow.add_portal() == key
        flow.edit_secret(f"portal.{key}.webhook", made.secrets[f"portal.{key}.webhook"])
        ticket = flow.begin("portal", portal=key)
        rungs = flow.progress
        found = check_portal(
            context,
            flow.draft.settings(),
            key,
            flow.secrets,
            stop=stop,
            on_rung=lambda rung, ticket=ticket, rungs=rungs: rungs(ticket, rung),  # type: ignore[misc]
        )
        assert [rung.state for rung in flow.ladder("portal", portal=key)] == ["passed"] * 6
        flow.answer(ticket, found)
    flow.forward()
    flow.edit(learn_url=f"{made.learn.url}/dashboard", login=made.learn.login)
    flow.edit_secret("learn.password", made.learn.password)
    flow.answer(flow.begin("learn"), check_learn(context, flow.draft.settings(), flow.secrets, stop=stop))
    for step in ("times", "notifications", "heads", "departments"):
        flow.forward()
        assert str(flow.step) == step
    world = flow.world(memory_of(context))
    assert world is not None
    ground = prepare_consequences(world, flow.draft.settings(), flow.saved)
    for key in made.portals:
        flow.edit_portal(key, include=(1,))
    flow.answer(flow.begin("consequences"), consequences(ground, flow.draft.settings()))
    flow.answer(flow.begin("letters"), letters_count(world, flow.draft.settings()))
    flow.forward()
    plan = plan_draft(world, flow.draft.settings())
    flow.answer(flow.begin("report"), field_report(world, flow.draft.settings(), plan))
    flow.forward()
    preview = preview_draft(context, flow.draft.settings(), flow.secrets, world=world)
    flow.answer(flow.begin("preview"), preview)


def test_a_newcomer_goes_from_nothing_to_a_saved_setup_and_its_previewed_first_sync(tmp_path: Path) -> None:
    MemoryKeyring.values.clear()
    worlds = {"main": small_company(), "portal2": small_company(portal="west")}
    with setup_world(tmp_path, worlds) as made:
        context, flow = made.context, Flow()
        go_to_the_review(flow, made)
        assert not made.home.exists()
        assert keep_unfinished(context, flow.resume_data())
        assert all(
            value not in (made.home / "setup-unfinished.json").read_text("utf-8") for value in flow.secrets.values()
        )
        preview, learn = flow.found("preview"), flow.found("learn")
        assert preview is not None
        assert learn is not None
        assert preview.summary["counts"]["user.create"] == 24
        settings = flow.draft.settings()
        ticket = flow.begin("save")
        flow.answer(ticket, save(context, settings, flow.secrets, companies=flow.companies, api_base=learn.api_base))
        flow.forward()
        assert str(flow.step) == "activation"
        request = ActivationRequest("Ким Ольга", "o.kim@firm.example", "8 (945) 123-45-67")
        sent = send_request(context, ActivationSettings(url=f"{made.learn.url}/activation"), request)
        flow.answer(flow.begin("request"), sent)
        assert all(state.done for state in flow.states())
        summary = sync(context, SyncRequest(approve=preview.hash))
        assert (summary["exit_code"], summary["counts"]["user.create"]) == (0, 24)


def test_a_saved_setup_is_opened_again_and_one_value_changed(tmp_path: Path) -> None:
    MemoryKeyring.values.clear()
    with setup_world(tmp_path) as made:
        context = made.context
        save(context, made.settings, made.secrets)
        saved = saved_settings(context)
        assert saved is not None
        flow = Flow(saved=saved, stored=stored_secrets(context, saved))
        assert not flow.entered
        flow.edit(first_run_utc="05:30")
        flow.answer(flow.begin("save"), save(context, flow.draft.settings(), flow.secrets))
        assert flow.is_saved
        assert saved_settings(context) == replace(saved, schedule=replace(saved.schedule, first_run_utc="05:30"))
        assert context.secrets.get("portal.main.webhook") == made.secrets["portal.main.webhook"]


def test_a_closed_wizard_goes_on_and_asks_for_the_secrets_again(tmp_path: Path) -> None:
    with setup_world(tmp_path) as made:
        flow = Flow()
        go_to_the_review(flow, made)
        keep_unfinished(made.context, flow.resume_data())
        again = Flow.resume(load_unfinished(made.context) or {})
    assert again is not None
    assert again.draft.settings() == flow.draft.settings()
    assert again.state("bitrix24").why_not == "webhook_missing"
