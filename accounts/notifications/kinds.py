"""What members are notified of: each app declares its kinds and mails in ``notifications.py``.

    about_payout = partial(Kind, word="payout", sample=Sample({"amount": "$450.00 USD"}))

    PAYOUT_COMPLETE = about_payout(
        "payout-complete", "{amount} is on its way to you", page="earnings", mailed=True
    )

``notify(PAYOUT_COMPLETE, ...)`` leaves the notification in the app and queues the mail.
"""

from collections.abc import Iterable, Mapping
from dataclasses import KW_ONLY, dataclass, field
from typing import Any

from accounts.models.preferences import Group
from peerloop.kit.text import isolated_values


@dataclass(frozen=True, slots=True)
class Sample:
    """A value for each word that templates may ask for, so that they can be previewed.

    ``bare``: the values that differ where everything is missing that may be missing.
    """

    full: Mapping[str, Any] = field(default_factory=dict)
    bare: Mapping[str, Any] = field(default_factory=dict)

    def values(self, variant: str) -> dict[str, Any]:
        """The values of the variant "full" or "bare"."""
        return {**self.full, **(self.bare if variant == "bare" else {})}


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail: ``templates/mail/<template>.{subject.txt,txt,html}`` (rules 25).

    ``group``: the switch that ends such mails; None: always sent (rule NOTE-3). ``is_marketing``:
    its readers asked for it elsewhere, so it is sent without an "on" of theirs, and an opt-out of
    marketing ends it too.
    """

    template: str
    sample: Sample = field(default_factory=Sample)
    group: Group | None = None
    is_marketing: bool = False

    @property
    def mail_class(self) -> str:
        """The class of rules 25: S always, P by preference, M marketing."""
        if self.group is None:
            return "S"
        return "M" if self.is_marketing else "P"


@dataclass(frozen=True, slots=True)
class Kind:
    """One thing that members are notified of.

    ``name``: unique, and the beginning of its dedupe keys, unless they begin with ``key`` because
    several kinds are outcomes of one thing. ``title`` and ``body``: words in the app, with
    ``{values}`` of the call. ``word``: what rows and the API call it (rule NOTE-1). ``page``: the
    URL name that it links to. ``group``: the switch that ends it; None: always left (NOTE-3).
    ``mailed``: by a mail with the same name, sample and group; else the ``mail``, if any.

    ``bundle_minutes``: what comes under one key while unread is one notification, and one mail
    after so many minutes; ``several``: its title then, where ``{count}`` is kept (rule NOTE-4).
    """

    name: str
    title: str
    body: str = ""
    _: KW_ONLY
    word: str
    page: str = ""
    group: Group | None = None
    sample: Sample = field(default_factory=Sample)
    mailed: bool = False
    mail: Mail | None = None
    key: str = ""
    bundle_minutes: int = 0
    several: str = ""

    def __post_init__(self) -> None:
        """Make the mail of its own; refuse what can be declined while its mail is a duty."""
        if self.mailed and self.mail is None:
            object.__setattr__(self, "mail", Mail(self.name, self.sample, self.group))
        if self.group is not None and self.mail is not None and self.mail.group is None:
            raise ValueError(f"{self.name}: its mail is always sent, so it can't be declined")

    def words(self, values: Mapping[str, Any]) -> tuple[str, str]:
        """Title and body with these values, each isolated; KeyError if one is missing."""
        values = isolated_values(values)
        return self.title.format_map(values), self.body.format_map(values)


_kinds: dict[str, Kind] = {}
_mails: dict[str, Mail] = {}


def declare(items: Iterable[object]) -> None:
    """Add every Kind, with its mail, and every Mail among the items. Safe to repeat.

    Raises ValueError if two kinds have one name, or two mails one template.
    """
    for item in items:
        if isinstance(item, Kind):
            if _kinds.setdefault(item.name, item) != item:
                raise ValueError(f"two kinds of notifications are named {item.name!r}")
            item = item.mail
        if isinstance(item, Mail) and _mails.setdefault(item.template, item) != item:
            raise ValueError(f"two mails have the template {item.template!r}")


def declared_kinds() -> list[Kind]:
    """Every kind, in order of declaration."""
    return list(_kinds.values())


def declared_mails() -> list[Mail]:
    """Every mail, by template."""
    return [_mails[template] for template in sorted(_mails)]


def mail_of(template: str) -> Mail:
    """The mail of a template; of one that is not declared, that it is always sent.

    A forgotten row must not silence a duty to inform.
    """
    return _mails.get(template) or Mail(template)
