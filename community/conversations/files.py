"""Files of messages."""

from accounts.files.kinds import DOCUMENT, PICTURE
from accounts.files.purposes import Rules
from accounts.models.files import Purpose

MESSAGE_FILE = Rules(Purpose.MESSAGE, frozenset({PICTURE, DOCUMENT}), "documents and pictures")
PURPOSES = (MESSAGE_FILE,)
