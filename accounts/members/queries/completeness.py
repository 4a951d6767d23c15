"""How complete a profile is, and what is missing."""

from dataclasses import dataclass

from accounts.models import User

# The fields that others read, in the order of the form.
FIELDS = (
    ("picture", "a picture"),
    ("title", "a title"),
    ("bio_short", "yourself in one sentence"),
    ("bio", "more about you"),
    ("qualifications", "a qualification"),
    ("expertise", "your expertise"),
    ("website", "a website"),
    ("timezone", "your time zone"),
)


@dataclass(frozen=True, slots=True)
class MissingField:
    """A field that is empty."""

    field: str
    label: str


@dataclass(frozen=True, slots=True)
class Completeness:
    """How many fields there are, and which are empty."""

    total: int
    missing: list[MissingField]

    @property
    def done(self) -> int:
        """How many fields are filled in."""
        return self.total - len(self.missing)

    @property
    def words(self) -> str:
        """The completeness in words."""
        return f"Your profile tells {self.done} of {self.total} things"


def completeness_of(user: User) -> Completeness:
    """How complete the member's profile is: two short queries."""
    held = {name: getattr(user, name, None) for name, _ in FIELDS}
    held["picture"] = user.avatar_url
    held["qualifications"] = user.qualifications.exists()
    held["expertise"] = user.expertise.exists()
    return Completeness(
        len(FIELDS), [MissingField(name, label) for name, label in FIELDS if not held[name]]
    )
