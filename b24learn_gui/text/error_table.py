"""What each error code says, most telling wording first; values stand in braces and come from the error's detail."""

from collections.abc import Mapping

from b24learn_gui.text.errors_of_home import HOME
from b24learn_gui.text.errors_of_servers import BITRIX24, LEARN, NETWORK, WEBHOOK
from b24learn_gui.text.errors_of_usage import USAGE
from b24learn_gui.text.saying import Saying

__all__ = ["SAYINGS", "WEBHOOK", "Saying"]

SAYINGS: Mapping[str, Saying] = {**NETWORK, **BITRIX24, **LEARN, **HOME, **USAGE}
"""Every code an error can have → its words."""
