"""Files of profiles."""

from accounts.files.purposes import PICTURES, PICTURES_IN_WORDS, Cut, Rules
from accounts.models.files import Purpose

AVATAR = Rules(
    Purpose.AVATAR,
    PICTURES,
    PICTURES_IN_WORDS,
    Cut((64, 128, 256, 512), ratio=(1, 1), least=64),
    is_public=True,
)
PROFILE_MEDIA = Rules(Purpose.PROFILE_MEDIA, PICTURES, "pictures and PDF", kinds=frozenset({"pdf"}))
PURPOSES = (AVATAR, PROFILE_MEDIA)
