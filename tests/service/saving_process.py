"""A process that saves a new setup over an old one, and dies where it is told to: `saving_process HOME save|recover`."""

import os
import sys
from pathlib import Path
from typing import Any

from b24learn_gui.service.setup import recover_setup, save
from b24learn_gui.storage.settings import LearnSettings, PortalSettings, Settings
from tests.service.dying_keyring import count_a_write
from tests.service.setup_world import context_of

BACKEND = "tests.service.dying_keyring.FileKeyring"
NEW_SECRETS = {
    "learn.password": "new-password",
    "portal.main.webhook": "new-webhook",
    "portal.west.webhook": "new-west",
}


def settings_of(name: str, *keys: str) -> Settings:
    return Settings(
        learn=LearnSettings(url=f"https://{name}.example.com", login="admin@example.com"),
        portals=tuple(PortalSettings(key=key, address=f"https://{key}.example.com", include=(1,)) for key in keys),
    )


NEW_SETTINGS = settings_of("new", "main", "west")


def _mortal(name: str) -> None:
    """Renaming and removing files count as writes, too."""
    original = getattr(Path, name)

    def counted(self: Path, *words: Any, **options: Any) -> Any:
        count_a_write()
        return original(self, *words, **options)

    setattr(Path, name, counted)


def main() -> None:
    context = context_of(Path(sys.argv[1]), backend=os.environ.get("TEST_BACKEND", BACKEND))
    context.places.prepare()
    for name in ("replace", "unlink"):
        _mortal(name)
    if sys.argv[2] == "recover":
        recover_setup(context)
    else:
        save(context, NEW_SETTINGS, NEW_SECRETS)


if __name__ == "__main__":
    main()
