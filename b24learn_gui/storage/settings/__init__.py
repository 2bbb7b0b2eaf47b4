"""The user's settings: `settings.toml` (INTERFACE). No secret ever stands in it."""

from b24learn_gui.storage.settings.addresses import is_email
from b24learn_gui.storage.settings.ca_files import check_ca_files
from b24learn_gui.storage.settings.file import (
    load_settings,
    parse_settings,
    read_settings,
    save_settings,
    to_plain,
    to_toml,
    validate,
)
from b24learn_gui.storage.settings.model import (
    ActivationSettings,
    AlertSettings,
    LearnSettings,
    LimitSettings,
    NetworkSettings,
    PortalSettings,
    ScheduleSettings,
    Settings,
    SyncSettings,
)
from b24learn_gui.storage.settings.policy import to_policy, to_scopes

__all__ = [
    "ActivationSettings",
    "AlertSettings",
    "LearnSettings",
    "LimitSettings",
    "NetworkSettings",
    "PortalSettings",
    "ScheduleSettings",
    "Settings",
    "SyncSettings",
    "check_ca_files",
    "is_email",
    "load_settings",
    "parse_settings",
    "read_settings",
    "save_settings",
    "to_plain",
    "to_policy",
    "to_scopes",
    "to_toml",
    "validate",
]
