"""Files of an older schema become files of today's, one step at a time."""

from collections.abc import Callable
from dataclasses import dataclass, field

from b24learn_gui.errors import Fault, SettingsInvalid
from b24learn_gui.storage.settings.model import SCHEMA

Table = dict[str, object]
Step = Callable[[Table], Table]


@dataclass(frozen=True)
class Migrations:
    """The steps known, by the schema they start from; `current` is the schema they lead to."""

    current: int
    steps: dict[int, Step] = field(default_factory=dict)

    def step(self, from_schema: int) -> Callable[[Step], Step]:
        """Register a function that turns a table of `from_schema` into one of the next."""

        def register(function: Step) -> Step:
            if from_schema in self.steps:
                raise ValueError(f"two steps from schema {from_schema}")
            self.steps[from_schema] = function
            return function

        return register

    def migrate(self, table: Table) -> Table:
        """The table in today's schema; the same object if it is already.

        The first schema is the only one whose files may leave `schema` out. Raises `SettingsInvalid` (70):
        `settings_newer` (`found`, `known`) for a file of a later program.
        """
        found = table.get("schema", 1)
        if not isinstance(found, int) or isinstance(found, bool):
            return table  # the decoder names it
        if found > self.current:
            fault = Fault("schema", "schema_newer", {"found": found, "known": self.current})
            raise SettingsInvalid([fault], code="settings_newer")
        if found < 1:
            raise SettingsInvalid([Fault("schema", "out_of_range", {"low": 1, "high": self.current})])
        for schema in range(found, self.current):
            table = {**self.steps[schema](dict(table)), "schema": schema + 1}
        return table


MIGRATIONS = Migrations(current=SCHEMA)
"""Today's. Schema 1 is the first, so no step is registered yet."""
