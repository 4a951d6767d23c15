"""Purposes of files of the learning app."""

from accounts.files.purposes import EVERYTHING, EVERYTHING_IN_WORDS, Rules
from accounts.models.files import Purpose

PURPOSES = (Rules(Purpose.HOMEWORK, EVERYTHING, EVERYTHING_IN_WORDS),)
