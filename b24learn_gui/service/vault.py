"""Which secrets are there, and how they are kept and removed (INTERFACE: secret, settings show)."""

from collections.abc import Sequence

from b24learn_gui.errors import SecretUnavailable
from b24learn_gui.service.context import Context
from b24learn_gui.service.summary import Object
from b24learn_gui.storage.secrets import (
    LEARN_CLIENT_SECRET,
    LEARN_PASSWORD,
    LEARN_PROXY,
    proxy_name,
    secret_names,
    webhook_name,
)
from b24learn_gui.storage.settings import Settings


def secret_states(context: Context, settings: Settings) -> dict[str, str]:
    """`set` or `missing` for every secret these settings may have; those that are needed come first."""
    vault = context.secrets
    states = {}
    for name in _ordered(settings):
        try:
            states[name] = "set" if vault.is_set(name) else "missing"
        except SecretUnavailable:
            states[name] = "missing"
    return states


def needed_secrets(settings: Settings) -> list[str]:
    """The names of the secrets without which no run can start, Learn's first."""
    by_password = settings.learn.sign_in == "password"
    learn = LEARN_PASSWORD if by_password else LEARN_CLIENT_SECRET
    return [learn, *(webhook_name(portal.key) for portal in settings.portals)]


def _ordered(settings: Settings) -> Sequence[str]:
    needed = needed_secrets(settings)
    optional = [LEARN_PROXY] if settings.learn.proxy else []
    optional += [proxy_name(portal.key) for portal in settings.portals if portal.proxy]
    known = secret_names(portal.key for portal in settings.portals)
    return [name for name in dict.fromkeys([*needed, *optional]) if name in known]


def keep_secret(context: Context, name: str, value: str) -> Object:
    """INTERFACE: `secret set`. Raises `WrongUsage` and `SecretUnavailable` as `Secrets.set`."""
    context.places.prepare()
    context.secrets.set(name, value)
    return {
        "command": "secret set",
        "exit_code": 0,
        "name": name,
        "message": context.words("The secret {name} is kept.", name=name),
    }


def remove_secret(context: Context, name: str) -> Object:
    """INTERFACE: `secret clear`; that there was none is no failure."""
    there = context.secrets.clear(name)
    text = (
        context.words("The secret {name} is removed.", name=name)
        if there
        else context.words("There was no secret {name}.", name=name)
    )
    return {"command": "secret clear", "exit_code": 0, "name": name, "removed": there, "message": text}
