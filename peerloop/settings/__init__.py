"""Settings, from environment variables only; ``.env.example`` explains each.

One module for each subject; Django sees them as one.
"""

import sys

from django.core.exceptions import ImproperlyConfigured

from peerloop.settings.base import *
from peerloop.settings.identity import *
from peerloop.settings.api import *
from peerloop.settings.files import *
from peerloop.settings.providers import *
from peerloop.settings.rules import *
from peerloop.settings.backups import *

if "test" in sys.argv[1:2]:
    raise ImproperlyConfigured("Run bin/test: the tests are pytest's.")
