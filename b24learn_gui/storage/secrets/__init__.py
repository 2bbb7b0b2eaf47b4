"""Passwords, keys and webhook addresses: never in a file of ours (INTERFACE: Secrets)."""

from b24learn_gui.storage.secrets.backends import Backend, open_backend
from b24learn_gui.storage.secrets.names import (
    LEARN_CLIENT_SECRET,
    LEARN_PASSWORD,
    LEARN_PROXY,
    check_name,
    proxy_name,
    secret_names,
    webhook_name,
)
from b24learn_gui.storage.secrets.store import Secrets

__all__ = [
    "LEARN_CLIENT_SECRET",
    "LEARN_PASSWORD",
    "LEARN_PROXY",
    "Backend",
    "Secrets",
    "check_name",
    "open_backend",
    "proxy_name",
    "secret_names",
    "webhook_name",
]
