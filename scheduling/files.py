"""Files of sessions."""

from accounts.files.kinds import FILM, SOUND
from accounts.files.purposes import EVERYTHING, EVERYTHING_IN_WORDS, Rules
from accounts.models.files import LARGEST_RECORDING, Purpose

PURPOSES = (
    Rules(Purpose.SESSION_MATERIAL, EVERYTHING, EVERYTHING_IN_WORDS),
    Rules(
        Purpose.RECORDING,
        frozenset({SOUND, FILM}),
        "sound and film",
        is_made_by_us=True,
        largest=LARGEST_RECORDING,
    ),
)
