"""The worlds of the demonstration: Bitrix24 portals with believable companies, and one iSpring Learn."""

import secrets
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from b24learn_gui.demo.bitrix24.portal import Bitrix24
from b24learn_gui.demo.companies import GeneratedWorld, generate
from b24learn_gui.demo.learn.populate import KINDS_OF_PEOPLE, Known, populate
from b24learn_gui.demo.learn.server import Learn

MAIN_PORTAL, SECOND_PORTAL = "main", "west"
SEED = 20_261_122
SIZES = {MAIN_PORTAL: 180, SECOND_PORTAL: 60}
"""Active employees of each portal's company."""


@dataclass(frozen=True, slots=True)
class Worlds:
    """What is being served: portals by key, and Learn. Leaving them stops the servers."""

    portals: Mapping[str, Bitrix24]
    learn: Learn
    oddities: bool

    def announcement(self) -> dict[str, object]:
        """Where everything is and how to sign in: the line `demo --serve` prints. It holds the worlds' secrets."""
        return {
            "portals": [{"key": key, "webhook": portal.webhook} for key, portal in self.portals.items()],
            "learn": {
                "url": self.learn.url,
                "login": self.learn.login,
                "password": self.learn.password,
                "client_id": self.learn.client_id,
                "client_secret": self.learn.client_secret,
            },
        }

    def secrets(self) -> dict[str, str]:
        """The secrets a home of these worlds needs, by name."""
        webhooks = {f"portal.{key}.webhook": portal.webhook for key, portal in self.portals.items()}
        return {"learn.password": self.learn.password, **webhooks}


@contextmanager
def serve(*, oddities: bool = False, portals: int = 1) -> Iterator[Worlds]:
    """Serve clean companies and an empty Learn; `oddities`: everything strange, and accounts that are already there."""
    with ExitStack() as stack:
        served: dict[str, Bitrix24] = {}
        companies: dict[str, GeneratedWorld] = {}
        for number, key in enumerate([MAIN_PORTAL, SECOND_PORTAL][:portals]):
            company = generate(SEED + 7 * number, SIZES[key], oddities=oddities, domain=f"{key}.example")
            companies[key] = company
            served[key] = stack.enter_context(Bitrix24(company, code=secrets.token_hex(8)))
        learn = stack.enter_context(Learn())
        if oddities:
            populate(learn.world, known_people(companies[MAIN_PORTAL]))
        yield Worlds(served, learn, oddities)


def known_people(company: GeneratedWorld) -> list[Known]:
    """Ordinary employees that accounts already in Learn resemble."""
    strange = {number for numbers in company.oddities.values() for number in numbers}
    ordinary = (
        person
        for person in company.people.values()
        if person.active and person.user_type == "employee" and person.id > 1 and person.id not in strange
    )
    known = (
        Known(*(str(person.fields.get(name) or "") for name in ("EMAIL", "NAME", "LAST_NAME"))) for person in ordinary
    )
    return [each for each in known if each.email][:KINDS_OF_PEOPLE]
