"""Opens the two sides: settings and secrets in, transports out, sessions closed at the end."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from b24learn_gui.bitrix24.address import parse_webhook
from b24learn_gui.bitrix24.transport import Transport as PortalTransport
from b24learn_gui.errors import Side
from b24learn_gui.http import Patience, open_session
from b24learn_gui.learn.connect import Access, connect
from b24learn_gui.learn.transport import Transport as LearnTransport
from b24learn_gui.service.context import Context
from b24learn_gui.storage.secrets import (
    LEARN_CLIENT_SECRET,
    LEARN_PASSWORD,
    LEARN_PROXY,
    Secrets,
    proxy_name,
    webhook_name,
)
from b24learn_gui.storage.settings import LearnSettings, PortalSettings, Settings


def patience_for(context: Context, settings: Settings, side: Side, portal: str | None = None) -> Patience:
    """The patience with one server in one run; its waits are told to the reporter."""
    return Patience(
        settings.network.patience_seconds,
        side=side,
        portal=portal,
        stop=context.stop,
        scale=context.wait_scale,
        on_wait=context.reporter.waiting,
    )


@contextmanager
def portal_transport(
    context: Context, settings: Settings, portal: PortalSettings, vault: Secrets
) -> Iterator[PortalTransport]:
    """One portal's transport. Raises `SecretUnavailable`, `AddressInvalid`, `SettingsInvalid`."""
    webhook = parse_webhook(vault.get(webhook_name(portal.key)), allow_http=portal.allow_http, portal=portal.key)
    session = open_session(
        ca_file=_path(portal.ca_file),
        proxy=portal.proxy,
        proxy_login=vault.find(proxy_name(portal.key)) if portal.proxy else None,
    )
    with session:
        yield PortalTransport(
            session, webhook, portal=portal.key, patience=patience_for(context, settings, "bitrix24", portal.key)
        )


def learn_access(learn: LearnSettings, vault: Secrets) -> Access:
    """The `[learn]` settings with the secret its way of signing in needs. Raises `SecretUnavailable`."""
    by_password = learn.sign_in == "password"
    return Access(
        url=learn.url,
        sign_in=learn.sign_in,
        login=learn.login,
        client_id=learn.client_id,
        api_url=learn.api_url,
        ca_file=_path(learn.ca_file),
        proxy=learn.proxy,
        password=vault.get(LEARN_PASSWORD) if by_password else "",
        client_secret="" if by_password else vault.get(LEARN_CLIENT_SECRET),
        proxy_login=vault.find(LEARN_PROXY) if learn.proxy else None,
    )


@contextmanager
def learn_transport(
    context: Context, settings: Settings, vault: Secrets, api_base: str | None
) -> Iterator[LearnTransport]:
    """Learn's transport; `api_base`: where its API was found by an earlier run."""
    transport = connect(
        learn_access(settings.learn, vault),
        patience=patience_for(context, settings, "learn"),
        parallel=settings.network.parallel_writes,
        api_base=api_base,
    )
    try:
        yield transport
    finally:
        transport.close()


def _path(text: str) -> Path | None:
    return Path(text) if text else None
