"""Secrets of a setup that is not saved: what was typed, on top of what is kept already."""

from collections.abc import Mapping

from b24learn_gui.service.context import Context
from b24learn_gui.storage.secrets import Secrets


class TypedSecrets(Secrets):
    """Answers from what was typed; asks the kept ones only for the rest, and only where this home can have any.

    Asking a store needs the home's id, which is made on first need: a setup that was never saved has none, and a
    check or a preview of it must not make one (incident T21).
    """

    def __init__(self, context: Context, typed: Mapping[str, str]) -> None:
        super().__init__(account=context.places.home_id, environment=context.environment, session=typed)
        self._typed = dict(typed)
        self._kept = context.secrets
        home = context.places.own_home
        self._ever_kept = home is None or (home / "home-id").exists()

    def get(self, name: str) -> str:
        return self._typed.get(name) or self._kept.get(name)

    def find(self, name: str) -> str | None:
        if name in self._typed:
            return self._typed[name] or None
        return self._kept.find(name) if self._ever_kept else None
