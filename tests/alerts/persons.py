"""People of every role."""

from alerts.people import Person, Role


def director(email: str, area: str, digest: bool = True) -> Person:
    return Person(email, "A Director", Role.DIRECTOR, area=area, digest="weekly" if digest else None)


NORTH = director("north@example.org", "N")
SOUTH = director("south@example.org", "S")
ACO = Person("aco@example.org", "An ACO", Role.ACO, cluster="C02", digest="weekly")
SPO = Person("spo@example.org", "An SPO", Role.SPO, office="F021", digest="weekly")
SPO_OF_TEAMS = Person("teams@example.org", "An SPO", Role.SPO, teams=("T0212", "T0221"), digest="weekly")
PLANNER = Person("plan@example.org", "A Planner", Role.PLANNER, area="all")
OFFICER = Person("om@example.org", "An Officer", Role.OFFENDER_MANAGER, om_code="00123")
OPERATOR = Person("ops@example.org", "On Call", Role.OPERATOR)
