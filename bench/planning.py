"""A process that plans for one company size and says how long it took and how large it became.

`python -m bench.planning PEOPLE DEPARTMENTS`: prints seconds of a first plan, seconds of a plan where nothing changed,
and the peak of the whole process in MB. Both companies and Learn are values here: no HTTP is in the figures.
"""

import sys
import time

from b24learn_gui.company.model import Company, Department, Employee, Rights
from b24learn_gui.sync.changes import Plan
from b24learn_gui.sync.learn_side import Account, LearnDepartment, LearnSnapshot, ProfileField
from b24learn_gui.sync.memory import DepartmentLink, Link, Memory
from b24learn_gui.sync.plan import make_plan
from b24learn_gui.sync.policy import Policy, PortalScope

FIELDS = tuple(
    ProfileField(name, type="phone" if name == "phone" else "string")
    for name in ("login", "email", "first_name", "last_name", "job_title", "phone")
)
SCOPES = [PortalScope("main", frozenset({1}))]


def company(people: int, departments: int) -> Company:
    """Everybody has what a believable card has; every department has a head."""
    return Company(
        "main",
        tuple(
            Department(n, f"Отдел {n}", max(1, n // 3) if n > 1 else None, head=n) for n in range(1, departments + 1)
        ),
        tuple(
            Employee(
                n,
                active=True,
                departments=(1 + n % departments,),
                values={
                    "NAME": f"Имя{n}",
                    "LAST_NAME": f"Фамилия{n}",
                    "EMAIL": f"u{n}@firm.example",
                    "WORK_POSITION": "Менеджер по продажам",
                    "PERSONAL_MOBILE": f"8 (945) {n // 10000:03d}-{n // 100 % 100:02d}-{n % 100:02d}",
                },
            )
            for n in range(1, people + 1)
        ),
        Rights(frozenset({"user_basic", "department"}), 1, admin=True),
    )


def settled(plan: Plan) -> tuple[LearnSnapshot, Memory]:
    """Learn and the journal as they are after that first plan was applied."""
    departments = {"root": LearnDepartment("root", "Learn")}
    accounts: dict[str, Account] = {}
    people: dict[tuple[str, int], Link] = {}
    supervisors = {each.key: str(each.after["supervisor"]) for each in plan.changes if each.kind == "head.set"}
    for each in plan.changes:
        after = {name: str(value) for name, value in each.after.items()}
        if each.kind == "department.create":
            head = supervisors[each.key].replace("main:", "a")
            departments[after["code"]] = LearnDepartment(
                after["code"], after["name"], after["parent"], after["code"], head, "manual"
            )
        elif each.kind == "user.create":
            place = after.pop("department")
            after.pop("department_name")
            account_id = f"a{each.bitrix24_id}"
            accounts[account_id] = Account(account_id, place, fields=after)
            people[each.key] = Link(account_id, name=each.name, email=after["email"])
    known = frozenset({"main"})
    links = {key: DepartmentLink(f"b24-main-{key[1]}") for key in supervisors}
    return (
        LearnSnapshot("root", departments, accounts, FIELDS),
        Memory(people=people, departments=links, whole=known, known=known),
    )


def timed(source: Company, learn: LearnSnapshot, memory: Memory) -> tuple[Plan, float]:
    started = time.perf_counter()
    plan = make_plan([source], learn, memory, Policy(), SCOPES)
    return plan, time.perf_counter() - started


def peak_megabytes() -> float:
    """The most this process ever held (POSIX only: bench runs there)."""
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)


def main(words: list[str]) -> None:
    """Print `first unchanged peak`."""
    people, departments = int(words[0]), int(words[1])
    source = company(people, departments)
    first, seconds = timed(
        source, LearnSnapshot("root", {"root": LearnDepartment("root", "Learn")}, {}, FIELDS), Memory()
    )
    if len(first.changes) != people + 2 * departments:
        raise SystemExit("the first plan is not what it should be")
    learn, memory = settled(first)
    del first
    again, unchanged = timed(source, learn, memory)
    if again.changes:
        raise SystemExit("an unchanged company planned changes")
    print(seconds, unchanged, peak_megabytes())


if __name__ == "__main__":
    main(sys.argv[1:])
