"""What is taken out of the words of servers, and what is left, so that they still say something (incident T24)."""

from b24learn_gui.service.hiding import Hiding
from b24learn_gui.storage.scrub import Scrubber


def test_the_domain_of_a_nameless_person_s_email_leaves_hosts_readable() -> None:
    hide = Hiding("home", Scrubber(frozenset))
    hide.learn_names(["ivan.petrov@portal.bitrix24.example"])
    said = hide.said("The host portal.bitrix24.example knows no petrov, nor ivan.petrov@portal.bitrix24.example")
    assert said == "The host portal.bitrix24.example knows no person, nor person@***"
