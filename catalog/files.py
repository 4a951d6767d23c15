"""Purposes of files of courses."""

from accounts.files.purposes import (
    EVERYTHING,
    EVERYTHING_IN_WORDS,
    PICTURES,
    PICTURES_IN_WORDS,
    Cut,
    Rules,
)
from accounts.models.files import Purpose

PURPOSES = (
    Rules(
        Purpose.COURSE_IMAGE,
        PICTURES,
        PICTURES_IN_WORDS,
        Cut((320, 640, 1280), ratio=(16, 9), least=320),
        is_public=True,
        is_part_of_course=True,
    ),
    Rules(Purpose.RESOURCE, EVERYTHING, EVERYTHING_IN_WORDS, is_part_of_course=True),
)
