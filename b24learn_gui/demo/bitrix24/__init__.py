"""An embedded Bitrix24 for tests and the demonstration, as faithful as its contract: see :class:`Bitrix24`."""

from b24learn_gui.demo.bitrix24.context import Answer, Sight
from b24learn_gui.demo.bitrix24.faults import (
    Distort,
    Drop,
    Effect,
    Faults,
    Misread,
    Page,
    Redirect,
    Refuse,
    Rule,
    Slow,
    Truncate,
    Vanish,
)
from b24learn_gui.demo.bitrix24.gate import Conditions
from b24learn_gui.demo.bitrix24.portal import Bitrix24, WriteAttempted
from b24learn_gui.demo.bitrix24.record import Call
from b24learn_gui.demo.bitrix24.switches import BOX_NEW, BOX_OLD, CLOUD, LeakyBucket, Switches
from b24learn_gui.demo.bitrix24.world import Department, Person, World

__all__ = [
    "BOX_NEW",
    "BOX_OLD",
    "CLOUD",
    "Answer",
    "Bitrix24",
    "Call",
    "Conditions",
    "Department",
    "Distort",
    "Drop",
    "Effect",
    "Faults",
    "LeakyBucket",
    "Misread",
    "Page",
    "Person",
    "Redirect",
    "Refuse",
    "Rule",
    "Sight",
    "Slow",
    "Switches",
    "Truncate",
    "Vanish",
    "World",
    "WriteAttempted",
]
