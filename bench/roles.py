"""The requests to product and limit, and how many times more the product may cost."""

from collections.abc import Mapping
from dataclasses import dataclass

from bench.load import Target
from bench.servers import Server


@dataclass(frozen=True)
class Role:
    """One kind of read. URLs have the facts of the scene in braces. ``aim`` and ``red`` are
    those of the performance standard, as multiples of the limit's cost."""

    name: str
    path: str
    bare: str
    aim: float
    red: float
    signed_by: str = ""

    def of_product(self, server: Server, facts: Mapping[str, str]) -> Target:
        """The request to the product, with the session or token that it needs."""
        headers = {
            "cookie": {"Cookie": facts["cookie"]},
            "authorization": {"Authorization": facts["authorization"]},
        }
        return Target(server, self.path.format(**facts), headers.get(self.signed_by, {}))

    def of_limit(self, server: Server, facts: Mapping[str, str]) -> Target:
        """The request to the limit."""
        return Target(server, self.bare.format(**facts))


ROLES = (
    Role("JSON course list", "/api/v1/courses", "/courses.json", 3, 5),
    Role("JSON course detail", "/api/v1/courses/{course}", "/courses/{course}.json", 3, 5),
    Role(
        *("JSON enrollments", "/api/v1/enrollments", "/enrollments/{student}.json", 3, 5),
        signed_by="authorization",
    ),
    Role("HTML catalog", "/courses", "/courses", 3, 5),
    Role("HTML course page", "/courses/{slug}", "/courses/{slug}", 4, 6),
    Role(
        *("HTML dashboard", "/dashboard", "/dashboard/{student}", 4, 6),
        signed_by="cookie",
    ),
)
