"""Uploaded files: one row for each, its content in the storage under a random key."""

import secrets

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from accounts.models.member import User
from peerloop.kit.rows import Row, listed

LARGEST_FILE = 50 * 1024 * 1024
# A session of an hour has up to about 2 GB.
LARGEST_RECORDING = 10 * 1024**3
KEY_BYTES = 20


def new_key() -> str:
    """A random storage key; hexadecimal, since some file systems ignore case."""
    return secrets.token_hex(KEY_BYTES)


class Purpose(models.TextChoices):
    AVATAR = "avatar"
    PROFILE_MEDIA = "profile_media"
    COURSE_IMAGE = "course_image"
    RESOURCE = "resource"
    SESSION_MATERIAL = "session_material"
    HOMEWORK = "homework"
    MESSAGE = "message"
    RECORDING = "recording"


class Scan(models.TextChoices):
    PENDING = "pending"
    CLEAN = "clean"
    BAD = "bad"


class Scanner(models.TextChoices):
    """What decided: nothing yet, the scanner, our re-encoding, no scanner, or its origin.

    What our own servers made is not scanned: nobody uploaded it.
    """

    NOBODY = "", "nobody yet"
    CLAMD = "clamd"
    MADE_ANEW = "made_anew"
    NONE = "none"
    OWN_SERVER = "own_server"


class File(Row):
    """One upload. The row comes first and holds its place in the quota, the content follows.

    ``name`` is text for people and never a path. ``widths`` names the versions of a picture that we
    made anew; other files have one content as it came.
    """

    Purpose = Purpose
    Scan = Scan
    Scanner = Scanner

    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    purpose = models.CharField(max_length=20, choices=Purpose.choices)
    name = models.CharField(max_length=200)
    key = models.CharField(max_length=64, unique=True, default=new_key, editable=False)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    width = models.PositiveIntegerField(null=True, blank=True)
    height = models.PositiveIntegerField(null=True, blank=True)
    widths = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    scan = models.CharField(max_length=8, choices=Scan.choices, default=Scan.PENDING)
    scanner = models.CharField(max_length=10, choices=Scanner.choices, blank=True)
    scan_tries = models.PositiveSmallIntegerField(default=0)
    next_scan_at = models.DateTimeField(null=True, blank=True)
    stored_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "files"
        constraints = [
            listed("purpose", Purpose, name="file_purpose"),
            listed("scan", Scan, name="file_scan"),
            listed("scanner", Scanner, name="file_scanner"),
            models.CheckConstraint(condition=~Q(name=""), name="file_named"),
            models.CheckConstraint(
                condition=Q(size__gte=1, size__lte=LARGEST_FILE)
                | Q(purpose="recording", size__gte=1, size__lte=LARGEST_RECORDING),
                name="file_size_in_bounds",
            ),
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="file_sha256"
            ),
            models.CheckConstraint(condition=Q(key__regex=r"^[0-9a-f]{40,64}$"), name="file_key"),
            models.CheckConstraint(
                condition=Q(width__isnull=True, height__isnull=True)
                | Q(width__isnull=False, height__isnull=False, width__gte=1, height__gte=1),
                name="file_width_and_height",
            ),
            models.CheckConstraint(
                condition=Q(scan="pending", scanner="") | (~Q(scan="pending") & ~Q(scanner="")),
                name="file_scanner_with_scan",
            ),
            models.CheckConstraint(
                condition=~Q(scan="bad") | Q(deleted_at__isnull=False), name="file_bad_is_removed"
            ),
            models.CheckConstraint(
                condition=Q(erased_at__isnull=True) | Q(deleted_at__isnull=False),
                name="file_erased_after_removal",
            ),
        ]
        indexes = [
            models.Index(
                fields=["owner", "purpose"], condition=Q(deleted_at=None), name="file_owner_live"
            ),
            models.Index(fields=["owner"], name="file_owner"),
            models.Index(fields=["content_type"], name="file_content_type"),
            models.Index(fields=["sha256"], name="file_by_sha256"),
            models.Index(
                fields=["next_scan_at"], condition=Q(scan="pending"), name="file_scan_waits"
            ),
            models.Index(
                fields=["created_at"],
                condition=Q(scanner="none", deleted_at=None),
                name="file_not_scanned",
            ),
            models.Index(
                fields=["created_at"],
                condition=Q(erased_at=None) & (Q(stored_at=None) | Q(deleted_at__isnull=False)),
                name="file_to_clear",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_picture(self) -> bool:
        """Whether it is a re-encoded picture."""
        return bool(self.widths)

    @property
    def is_live(self) -> bool:
        """Whether its content is stored and not removed."""
        return self.stored_at is not None and self.deleted_at is None


class MediaKind(models.TextChoices):
    """Kinds of profile media."""

    IMAGE = "image"
    VIDEO_LINK = "video_link"
    PDF = "pdf"


class UserMedia(Row):
    """One item of profile media: a picture, a PDF, or a link to a video."""

    Kind = MediaKind

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=10, choices=MediaKind.choices)
    title = models.CharField(max_length=120)
    file = models.ForeignKey(
        File, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    url = models.CharField(max_length=300, blank=True)
    position = models.PositiveSmallIntegerField()

    class Meta:
        db_table = "user_media"
        ordering = ["position"]
        verbose_name_plural = "user media"
        constraints = [
            listed("kind", MediaKind, name="user_media_kind"),
            models.CheckConstraint(
                condition=Q(kind="video_link", file__isnull=True) & ~Q(url="")
                | Q(kind__in=["image", "pdf"], file__isnull=False, url=""),
                name="user_media_file_or_link",
            ),
            models.CheckConstraint(condition=~Q(title=""), name="user_media_titled"),
            models.UniqueConstraint(
                fields=["user", "position"],
                name="user_media_position_once",
                deferrable=models.Deferrable.DEFERRED,
            ),
        ]

    def __str__(self) -> str:
        return self.title
