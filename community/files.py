"""Purposes of files in conversations."""

from accounts.files.kinds import DOCUMENT, PICTURE
from accounts.files.purposes import Rules
from accounts.models.files import Purpose

PURPOSES = (Rules(Purpose.MESSAGE, frozenset({PICTURE, DOCUMENT}), "documents and pictures"),)
