"""Saving a setup, settings and secrets together or neither.

Neither a file and a secret store nor two entries of a store can be written in one step, so there is a way back:

1. the secrets that will be replaced are laid aside in the store itself, under another account of ours;
2. a note `setup-undo.json` beside the settings says which, and holds the old settings (no secret is in it);
3. the new secrets are written and read back, then the settings;
4. removing the note is the one step by which all of it counts; then what was laid aside is cleared away.

Whatever fails before 4 is taken back at once; after a crash the next `recover_setup` takes it back. The run lock is
held meanwhile, so that no run meets a half of each.
"""

import contextlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from b24learn_gui.company.model import Company
from b24learn_gui.errors import Fault, SecretUnavailable, SettingsInvalid, SyncError
from b24learn_gui.service.api_base import remember_api_base
from b24learn_gui.service.context import Context
from b24learn_gui.service.imported import import_mark, was_shown
from b24learn_gui.service.saving import remember_saving
from b24learn_gui.storage.files import make_private_directory, sync_directory, write_atomically
from b24learn_gui.storage.journal import Journal
from b24learn_gui.storage.lock import RunLock
from b24learn_gui.storage.secrets import LEARN_PROXY, Secrets, proxy_name, webhook_name
from b24learn_gui.storage.secrets.store import DIRECTORY_VARIABLE
from b24learn_gui.storage.settings import Settings, check_ca_files, read_settings, save_settings, validate

if TYPE_CHECKING:  # every run looks for a saving that broke off, and needs no more of the wizard
    from b24learn_gui.service.setup_found import Saved

NOTE = "setup-undo.json"
LAID_ASIDE = "before-setup"
"""What the account name of laid aside secrets ends in."""


def save(
    context: Context,
    settings: Settings,
    secrets: Mapping[str, str],
    *,
    only_until_quit: bool = False,
    companies: Sequence[Company] = (),
    api_base: str = "",
) -> "Saved":
    """Save settings and typed secrets (name → value), all or nothing.

    `only_until_quit`: the secrets are not written anywhere; whoever starts runs hands them over. `companies`: what
    passed checks read; their rights count as meant to be so (rule Q2). `api_base`: where Learn's API was found.

    Raises `SettingsInvalid` (faults, `settings_not_written`, `home_unusable`), `SecretUnavailable`, `WrongUsage`,
    `AnotherRunActive`: then everything is as it was.
    """
    validate(settings)
    check_ca_files(settings)
    context.places.prepare()
    former = _former(context)
    with RunLock(context.places.lock_file):
        _recover(context)
        written = {} if only_until_quit else _changed(context, secrets)
        if written:
            _save_together(context, settings, written)
        else:
            save_settings(context.places.settings_file, settings)
    remember_saving(context)
    _remember_found(context, settings, companies, api_base)
    _clear_removed(context, former, settings)
    from b24learn_gui.service.setup_found import Saved  # noqa: PLC0415 - see above

    return Saved(settings, frozenset() if only_until_quit else frozenset(secrets))


def recover_setup(context: Context) -> bool:
    """Take back a saving that a crash left in the middle; True if there was one. To be called before settings are read.

    Raises `AnotherRunActive` while somebody else is at it, `SecretUnavailable` where the store does not give back
    what was laid aside: then the next call tries again.
    """
    if not _note_file(context).exists():
        return False
    with RunLock(context.places.lock_file):
        return _recover(context)


# The way there


def _save_together(context: Context, settings: Settings, secrets: Mapping[str, str]) -> None:
    store, aside = _store(context), _aside(context)
    store.warnings()  # a missing store is told before anything is begun
    before = {name: store.find(name) for name in secrets}
    for name, value in before.items():
        if value is not None:
            _put(aside, name, value)
    _write_note(context, before)
    try:
        for name, value in secrets.items():
            _put(store, name, value)
        save_settings(context.places.settings_file, settings)
        _remove_note(context)
    except BaseException:
        with contextlib.suppress(SyncError, OSError):  # what cannot be taken back now is taken back by the next start
            _recover(context)
        raise
    _clear(aside, secrets)


def _put(store: Secrets, name: str, value: str) -> None:
    """Keep a secret and make sure that it is kept."""
    store.set(name, value)
    if store.find(name) != value:
        raise SecretUnavailable("secret_store_refused", reason="not kept")


def _changed(context: Context, secrets: Mapping[str, str]) -> dict[str, str]:
    """The secrets that are not kept like that already, in the store or in the directory that wins over it."""
    kept = context.secrets if context.environment.get(DIRECTORY_VARIABLE) else _store(context)
    return {name: value for name, value in secrets.items() if kept.find(name) != value}


# The way back


@dataclass(frozen=True, slots=True)
class _Note:
    """`settings`: the old file's bytes (None: there was none); `secrets`: name → whether one was laid aside."""

    settings: bytes | None
    secrets: Mapping[str, bool]


def _recover(context: Context) -> bool:
    """With the lock held. Every step may be repeated, so a crash in here is no harm either."""
    note = _read_note(context)
    if note is None:
        return False
    store, aside = _store(context), _aside(context)
    for name, laid_aside in note.secrets.items():
        if laid_aside:
            old = aside.get(name)
            if store.find(name) != old:
                _put(store, name, old)
        else:
            store.clear(name)
    _restore_settings(context.places.settings_file, note.settings)
    _remove_note(context)
    _clear(aside, note.secrets)
    return True


def _restore_settings(path: Path, old: bytes | None) -> None:
    try:
        if old is None:
            path.unlink(missing_ok=True)
        elif not path.exists() or path.read_bytes() != old:
            write_atomically(path, old)
    except OSError as error:
        raise _not_written(path, error) from None


def _write_note(context: Context, before: Mapping[str, str | None]) -> None:
    path, settings_file = _note_file(context), context.places.settings_file
    try:
        old = settings_file.read_bytes().decode("latin-1") if settings_file.exists() else None
        note = {"settings": old, "secrets": {name: value is not None for name, value in before.items()}}
        make_private_directory(path.parent)
        write_atomically(path, json.dumps(note).encode("ascii"))
    except OSError as error:
        raise _not_written(settings_file, error) from None


def _read_note(context: Context) -> _Note | None:
    try:
        plain = json.loads(_note_file(context).read_bytes())
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _not_written(context.places.settings_file, error) from None
    old = plain["settings"]
    return _Note(None if old is None else old.encode("latin-1"), plain["secrets"])


def _remove_note(context: Context) -> None:
    path = _note_file(context)
    try:
        path.unlink()
        sync_directory(path.parent)
    except OSError as error:
        raise _not_written(context.places.settings_file, error) from None


def _note_file(context: Context) -> Path:
    return context.places.settings_file.with_name(NOTE)


def _not_written(path: Path, error: OSError) -> SettingsInvalid:
    reason = error.strerror or type(error).__name__
    return SettingsInvalid([Fault(path.name, "not_written", {"reason": reason})], code="settings_not_written")


# The store itself, without what wins over it


def _store(context: Context) -> Secrets:
    return Secrets(account=context.places.home_id, environment=_without_directory(context))


def _aside(context: Context) -> Secrets:
    return Secrets(account=lambda: f"{context.places.home_id()}-{LAID_ASIDE}", environment=_without_directory(context))


def _without_directory(context: Context) -> dict[str, str]:
    return {name: value for name, value in context.environment.items() if name != DIRECTORY_VARIABLE}


def _clear(store: Secrets, names: Iterable[str]) -> None:
    """Clearing away is worth no failure: it is repeated by whatever comes next."""
    with contextlib.suppress(SyncError):
        for name in names:
            store.clear(name)


# Afterwards


def _former(context: Context) -> Settings | None:
    try:
        return read_settings(context.places.settings_file)
    except SettingsInvalid:
        return None


def _clear_removed(context: Context, former: Settings | None, settings: Settings) -> None:
    """The webhook of a removed portal is of no use to anybody any more, nor is the sign-in of a removed proxy."""
    if former is None:
        return
    gone = []
    if former.learn.proxy and not settings.learn.proxy:
        gone.append(LEARN_PROXY)
    for portal in former.portals:
        now = settings.portal(portal.key)
        if now is None:
            gone += [webhook_name(portal.key), proxy_name(portal.key)]
        elif portal.proxy and not now.proxy:
            gone.append(proxy_name(portal.key))
    if gone:
        _clear(_store(context), gone)


def _remember_found(context: Context, settings: Settings, companies: Sequence[Company], api_base: str) -> None:
    """What passed checks found out, and that the review has shown what these settings do (`service.imported`).

    A journal that cannot be written does not undo the saving.
    """
    try:
        with Journal.open(context.places.journal_file) as journal:
            mark = import_mark(journal)
            if mark is not None:
                was_shown(context, journal, mark, settings)
            for company in companies:
                journal.accept_rights(company.portal, company.rights)
            if api_base:
                remember_api_base(journal, settings, api_base)
    except SyncError as error:
        context.reporter.notice(context.words("What the checks found could not be kept ({code}).", code=error.code))
