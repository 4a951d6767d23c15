"""Members, their qualifications, expertise and counters."""

import unicodedata
from collections.abc import Iterator
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.validators import RegexValidator
from django.db import connection, models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac

from accounts.models.handles import HANDLE_SHAPE, free_handle
from peerloop.kit import clock
from peerloop.kit.domains import ascii_mailbox
from peerloop.kit.periods import zone_or_none
from peerloop.kit.predicates import Is
from peerloop.kit.rows import Row

SESSION_SALT = "accounts.models.User.session"
# The expression is that of HANDLE_SHAPE, and of its index.
SHAPES_TAKEN = """
    SELECT translate(lower(handle), '01i_', 'oll') FROM users
    WHERE translate(lower(handle), '01i_', 'oll') = ANY(%s)
"""
HANDLE_PATTERN = r"^[A-Za-z][A-Za-z0-9_]{2,19}$"


def _composed(password: str | None) -> str | None:
    return None if password is None else unicodedata.normalize("NFC", password)


def active_member(path: str = "") -> Q:
    """Members who may sign in; ``path`` leads to the member from another model ("user__")."""
    return Q(**{f"{path}is_active": True, f"{path}deleted_at": None, f"{path}suspended_at": None})


class UserManager(BaseUserManager["User"]):
    """Creates members; e-mail addresses are stored in lower case, their domains in ASCII."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A member with a hashed password, saved. Sign-up goes through ``actions.sign_up``."""
        user = self.model(email=ascii_mailbox(email.strip()), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """The first admin, from the command line (rule ROLE-10)."""
        name = fields.pop("name", "") or email.split("@", maxsplit=1)[0]
        handle = fields.pop("handle", "") or self.free_handle(name)
        fields.setdefault("email_verified_at", clock.now())
        return self.create_user(
            email, password, name=name, handle=handle, is_admin=True, is_superuser=True, **fields
        )

    def free_handle(self, name: str) -> str:
        """A handle made from the name that nobody has (rule AUTH-5): one query."""
        return free_handle(name, self._handles_taken)

    def _handles_taken(self, shapes: set[str]) -> set[str]:
        with connection.cursor() as cursor:
            cursor.execute(SHAPES_TAKEN, [list(shapes)])
            return {shape for (shape,) in cursor.fetchall()}

    def get_by_natural_key(self, username: str | None) -> "User":
        """The member with that address, whatever its letter case."""
        return self.get(email=ascii_mailbox((username or "").strip()))

    def active(self) -> "models.QuerySet[User]":
        """Members who may sign in."""
        return self.filter(active_member())


class User(Row, AbstractBaseUser, PermissionsMixin):
    """A member. Roles are derived (rule ROLE-2), and read at each request (rule ROLE-11)."""

    class EmailStatus(models.TextChoices):
        OK = "ok"
        BOUNCED = "bounced"
        COMPLAINED = "complained"

    class PayoutAccount(models.TextChoices):
        NONE = "none"
        PENDING = "pending"
        ACTIVE = "active"
        RESTRICTED = "restricted"
        DEAUTHORIZED = "deauthorized"

    class Goal(models.TextChoices):
        LEARN = "learn"
        TEACH = "teach"
        CREATE = "create"

    class RequestedRole(models.TextChoices):
        STUDENT = "student"
        CREATOR = "creator"

    email = models.EmailField(max_length=254, unique=True)
    name = models.CharField(max_length=100)
    handle = models.CharField(max_length=20, validators=[RegexValidator(HANDLE_PATTERN)])
    title = models.CharField(max_length=120, blank=True)
    bio = models.TextField(max_length=5000, blank=True)
    bio_short = models.CharField(max_length=160, blank=True)
    website = models.URLField(max_length=300, blank=True)
    avatar_url = models.CharField(max_length=500, blank=True)
    teaching_philosophy = models.TextField(max_length=3000, blank=True)
    location = models.CharField(max_length=120, blank=True)
    # As they write them, with commas between: what matching compares (scheduling/matching.py).
    languages = models.CharField(max_length=120, blank=True, default="", db_default="")
    timezone = models.CharField(max_length=64, blank=True)
    requested_role = models.CharField(
        max_length=10, choices=RequestedRole.choices, default=RequestedRole.STUDENT
    )
    is_creator = models.BooleanField(default=False)
    is_student_teacher = models.BooleanField(default=False)
    # Written by a trigger of the weekly hours alone.
    has_hours = models.BooleanField(default=False, db_default=False, editable=False)
    is_moderator = models.BooleanField(default=False)
    is_admin = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    privacy_public = models.BooleanField(default=False)
    # Whether they agree to stand in the chain of who taught whom; until they choose, as public as
    # the profile.
    shows_lineage = models.BooleanField(null=True, blank=True)
    # Since when moderators keep the profile closed, and whether it was public before.
    profile_hidden_at = models.DateTimeField(null=True, blank=True, editable=False)
    profile_was_public = models.BooleanField(default=False, editable=False)
    email_verified_at = models.DateTimeField(null=True, blank=True)
    email_status = models.CharField(
        max_length=12, choices=EmailStatus.choices, default=EmailStatus.OK
    )
    marketing_opt_out = models.BooleanField(default=False)
    stripe_account_id = models.CharField(max_length=255, unique=True, null=True, blank=True)
    stripe_account_status = models.CharField(
        max_length=14, choices=PayoutAccount.choices, default=PayoutAccount.NONE
    )
    stripe_payouts_enabled = models.BooleanField(default=False)
    stripe_details_submitted = models.BooleanField(default=False)
    suspended_at = models.DateTimeField(null=True, blank=True)
    suspended_until = models.DateTimeField(null=True, blank=True)
    suspended_reason = models.TextField(max_length=2000, blank=True)
    posting_banned_until = models.DateTimeField(null=True, blank=True)
    goals = ArrayField(models.CharField(max_length=8), default=list, blank=True)
    onboarding_completed_at = models.DateTimeField(null=True, blank=True)
    last_seen_at = models.DateTimeField(null=True, blank=True)
    origin = models.JSONField(default=dict, blank=True)
    token_version = models.PositiveIntegerField(default=0)
    deleted_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        db_table = "users"
        constraints = [
            models.UniqueConstraint(Lower("handle"), name="users_handle_once"),
            models.CheckConstraint(
                condition=Q(handle__regex=HANDLE_PATTERN), name="users_handle_form"
            ),
            models.CheckConstraint(condition=Q(email=Lower("email")), name="users_email_lower"),
            models.CheckConstraint(
                condition=Q(stripe_payouts_enabled=False) | Q(stripe_account_id__isnull=False),
                name="users_payouts_need_account",
            ),
            models.CheckConstraint(
                condition=Q(goals__contained_by=["learn", "teach", "create"]), name="users_goals"
            ),
            models.CheckConstraint(
                condition=Q(email_status__in=["ok", "bounced", "complained"]),
                name="users_email_status",
            ),
            models.CheckConstraint(
                condition=Q(
                    stripe_account_status__in=[
                        "none",
                        "pending",
                        "active",
                        "restricted",
                        "deauthorized",
                    ]
                ),
                name="users_stripe_account_status",
            ),
            models.CheckConstraint(
                condition=Q(profile_hidden_at=None, profile_was_public=False)
                | Q(profile_hidden_at__isnull=False, privacy_public=False),
                name="users_hidden_profile",
            ),
        ]
        indexes = [
            models.Index(HANDLE_SHAPE, name="users_handle_shape"),
            models.Index(fields=["created_at"], name="users_joined"),
            GinIndex(fields=["name"], opclasses=["gin_trgm_ops"], name="users_name_trgm"),
            GinIndex(fields=["email"], opclasses=["gin_trgm_ops"], name="users_email_trgm"),
            GinIndex(fields=["handle"], opclasses=["gin_trgm_ops"], name="users_handle_trgm"),
            models.Index(
                fields=["name"],
                condition=Q(is_admin=True) | Q(is_moderator=True),
                name="users_staff_names",
            ),
            models.Index(
                fields=["is_creator"],
                condition=Q(privacy_public=True, deleted_at=None),
                name="users_public_creators",
            ),
            models.Index(
                fields=["name", "id"],
                condition=Q(is_creator=True, privacy_public=True, deleted_at=None),
                name="users_public_creator_names",
            ),
            models.Index(
                fields=["is_student_teacher"],
                condition=Q(privacy_public=True, deleted_at=None),
                name="users_public_teachers",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def in_lineage_sql(cls, table: str = "users") -> str:
        """The condition of ``is_in_lineage`` of an active member, for statements in SQL."""
        return (
            f"(coalesce({table}.shows_lineage, {table}.privacy_public) AND {table}.is_active"
            f" AND {table}.deleted_at IS NULL AND {table}.suspended_at IS NULL)"
        )

    @property
    def is_in_lineage(self) -> bool:
        """Whether they agree that everybody sees by whom they were taught, and whom they taught."""
        chosen = self.shows_lineage
        return self.privacy_public if chosen is None else chosen

    def get_session_auth_hash(self) -> str:
        """The hash that ties web sessions to password and version: a change ends them."""
        return self._session_hash()

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        """The same under each retired SECRET_KEY, so that changing the key signs nobody out."""
        for secret in settings.SECRET_KEY_FALLBACKS:
            yield self._session_hash(secret=secret)

    def _session_hash(self, secret: str | None = None) -> str:
        tied_to = f"{self.password}:{self.token_version}"
        return salted_hmac(SESSION_SALT, tied_to, secret=secret, algorithm="sha256").hexdigest()

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Only admins may use the admin site (rule ROLE-11)."""
        return self.is_admin and self.may_sign_in

    def has_module_perms(self, app_label: str) -> bool:
        """The same for a whole app."""
        return self.is_admin and self.may_sign_in

    def check_password(self, raw_password: str | None) -> bool:
        """Whether the password is right, in any Unicode form (ID-1)."""
        return super().check_password(_composed(raw_password))

    def set_password(self, raw_password: str | None) -> None:
        """Set the hash, unsaved; None makes the password unusable."""
        super().set_password(_composed(raw_password))

    mail_comes_back = Is("email_status", EmailStatus.BOUNCED)
    # How it stands with the account that payouts go to.
    payouts_are_pending = Is("stripe_account_status", PayoutAccount.PENDING)
    payouts_are_active = Is("stripe_account_status", PayoutAccount.ACTIVE)
    payouts_are_restricted = Is("stripe_account_status", PayoutAccount.RESTRICTED)
    payouts_are_cut_off = Is("stripe_account_status", PayoutAccount.DEAUTHORIZED)

    @property
    def is_staff(self) -> bool:
        """Whether the member may use the admin site, for Django."""
        return self.is_admin

    @property
    def keeps_order(self) -> bool:
        """Whether the member keeps order on the whole platform: moderators, admins (rule MOD-4)."""
        return self.is_moderator or self.is_admin

    @property
    def is_verified(self) -> bool:
        """Whether the e-mail address is verified (rule AUTH-8)."""
        return self.email_verified_at is not None

    @property
    def is_suspended(self) -> bool:
        """Whether a moderator or admin suspended the member (rule ROLE-12)."""
        return self.suspended_at is not None

    @property
    def may_sign_in(self) -> bool:
        """Whether the member may sign in: the condition of ``active_member`` for this row."""
        return self.is_active and self.deleted_at is None and not self.is_suspended

    @property
    def role(self) -> str:
        """The role for the API: the highest one held, else the requested one (rule ROLE-3)."""
        if self.is_admin:
            return "admin"
        if self.is_moderator:
            return "moderator"
        return "creator" if self.is_creator else self.requested_role

    @property
    def zone_name(self) -> str:
        """The member's IANA zone, UTC while unknown (rule AUTH-9)."""
        return self.timezone if zone_or_none(self.timezone) else "UTC"

    def get_full_name(self) -> str:
        """The name, for Django's admin."""
        return self.name

    def get_short_name(self) -> str:
        """The first word of the name."""
        return self.name.split(" ")[0]


class Qualification(Row):
    """A qualification, as one sentence."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="qualifications")
    sentence = models.CharField(max_length=300)
    position = models.PositiveSmallIntegerField()

    class Meta:
        db_table = "user_qualifications"
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "position"],
                name="qualification_position_once",
                deferrable=models.Deferrable.DEFERRED,
            )
        ]

    def __str__(self) -> str:
        return self.sentence


class Expertise(Row):
    """A tag of expertise, in lower case."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="expertise")
    tag = models.CharField(max_length=40)

    class Meta:
        db_table = "user_expertise"
        ordering = ["tag"]
        constraints = [
            models.UniqueConstraint(fields=["user", "tag"], name="expertise_once"),
            models.CheckConstraint(condition=Q(tag=Lower("tag")), name="expertise_lower"),
        ]
        indexes = [
            models.Index(fields=["tag"], name="expertise_tag"),
            GinIndex(fields=["tag"], opclasses=["gin_trgm_ops"], name="expertise_tag_trgm"),
        ]

    def __str__(self) -> str:
        return self.tag


class UserStats(Row):
    """Counters of a member: a cache, changed with what it counts, rebuilt nightly."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="stats")
    students_taught = models.PositiveIntegerField(default=0)
    courses_created = models.PositiveIntegerField(default=0)
    courses_completed = models.PositiveIntegerField(default=0)
    sessions_completed = models.PositiveIntegerField(default=0)
    average_rating = models.DecimalField(max_digits=2, decimal_places=1, null=True, blank=True)
    total_reviews = models.PositiveIntegerField(default=0)
    follower_count = models.PositiveIntegerField(default=0)
    following_count = models.PositiveIntegerField(default=0)

    class Meta:
        db_table = "user_stats"
        verbose_name_plural = "user stats"
        constraints = [
            models.CheckConstraint(
                condition=Q(average_rating__isnull=True)
                | Q(average_rating__gte=1, average_rating__lte=5),
                name="user_stats_rating_1_to_5",
            )
        ]

    def __str__(self) -> str:
        return f"figures of {self.user_id}"

    @classmethod
    def add(cls, user_id: Any, **counts: int) -> None:
        """Change counters of a member by the given amounts, making the row if it is missing."""
        changed = cls.objects.filter(user_id=user_id).update(
            **{name: F(name) + amount for name, amount in counts.items()}
        )
        if not changed:
            stats, _ = cls.objects.get_or_create(user_id=user_id)
            cls.objects.filter(pk=stats.pk).update(
                **{name: F(name) + amount for name, amount in counts.items()}
            )
