"""An iSpring Learn account inside the program: demonstration and test bed.

It behaves as the contract of the Learn API says, with a switch for everything that is uncertain there.
"""

from b24learn_gui.demo.learn.faults import Fault, Faults
from b24learn_gui.demo.learn.lists import Lies
from b24learn_gui.demo.learn.outbox import Letter, Outbox
from b24learn_gui.demo.learn.picture import Picture
from b24learn_gui.demo.learn.populate import Known, populate
from b24learn_gui.demo.learn.request_log import Entry, RequestLog
from b24learn_gui.demo.learn.server import Learn
from b24learn_gui.demo.learn.switches import CLOUD, OLD, ON_PREMISE, Switches
from b24learn_gui.demo.learn.world import LearnWorld

__all__ = [
    "CLOUD",
    "OLD",
    "ON_PREMISE",
    "Entry",
    "Fault",
    "Faults",
    "Known",
    "Learn",
    "LearnWorld",
    "Letter",
    "Lies",
    "Outbox",
    "Picture",
    "RequestLog",
    "Switches",
    "populate",
]
