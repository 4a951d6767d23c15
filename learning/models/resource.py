"""What learners are given beside the modules: files and links, ordered and counted (RES-1)."""

from typing import Any

from django.db import models
from django.db.models import Q

from learning.models.homework import LONGEST_ADDRESS, module_of_its_course
from peerloop.kit.predicates import Is
from peerloop.kit.rows import Row
from peerloop.kit.states import State, StatusChoices

LONGEST_NAME = 200
LONGEST_DESCRIPTION = 2_000


class MaterialType(StatusChoices):
    """What a material is, by the content of its file; ``recording`` is film."""

    DOCUMENT = "document", State("neutral", "file-text", "Document")
    IMAGE = "image", State("neutral", "image", "Picture")
    AUDIO = "audio", State("neutral", "mic", "Sound")
    VIDEO_LINK = "video_link", State("neutral", "video", "Video link")
    RECORDING = "recording", State("neutral", "video", "Video")
    OTHER = "other", State("neutral", "link", "Link")


class Material(Row):
    """A file or a link, never both, with how often it was opened."""

    Type = MaterialType

    uploader = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    type = models.CharField(max_length=10, choices=MaterialType.choices)
    name = models.CharField(max_length=LONGEST_NAME)
    description = models.TextField(max_length=LONGEST_DESCRIPTION, blank=True)
    file = models.ForeignKey(
        "accounts.File", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    link = models.CharField(max_length=LONGEST_ADDRESS, blank=True)
    position = models.PositiveSmallIntegerField()
    download_count = models.PositiveIntegerField(default=0)

    is_played = Is("type", MaterialType.AUDIO, MaterialType.RECORDING)
    is_sound = Is("type", MaterialType.AUDIO)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def state(self) -> State:
        """How its type is shown."""
        return MaterialType(self.type).state

    @property
    def has_live_file(self) -> bool:
        """Whether its file can be opened; ``file`` has to be read with it."""
        return self.file is not None and self.file.is_live


def rules_of_materials(prefix: str) -> list[Any]:
    """The constraints of a table of materials: a file or a link, a known type, a name."""
    return [
        models.CheckConstraint(condition=Q(type__in=MaterialType.values), name=f"{prefix}_type"),
        models.CheckConstraint(
            condition=Q(file__isnull=False, link="") | (Q(file__isnull=True) & ~Q(link="")),
            name=f"{prefix}_file_or_link",
        ),
        models.CheckConstraint(condition=~Q(name=""), name=f"{prefix}_named"),
    ]


class Resource(Material):
    """A material of a course or of one of its modules, by its creator (RES-1)."""

    course = models.ForeignKey("catalog.Course", on_delete=models.PROTECT, related_name="+")
    module = models.ForeignKey(
        "catalog.CourseModule", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        db_table = "resources"
        ordering = ["position", "created_at"]
        constraints = [
            *rules_of_materials("resource"),
            module_of_its_course("resource_module_of_course"),
            models.UniqueConstraint(
                fields=["course", "position"],
                name="resource_position_once",
                deferrable=models.Deferrable.DEFERRED,
            ),
        ]


class PlaybackPosition(Row):
    """Where a member stopped watching or listening to a file."""

    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="+")
    file = models.ForeignKey("accounts.File", on_delete=models.CASCADE, related_name="+")
    seconds = models.PositiveIntegerField()

    class Meta:
        db_table = "playback_positions"
        constraints = [
            models.UniqueConstraint(fields=["user", "file"], name="playback_position_once"),
            models.CheckConstraint(condition=Q(seconds__lte=86_400), name="playback_within_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.file_id}: {self.seconds}"
