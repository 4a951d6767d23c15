"""Providers outside: an adapter chosen by a setting, and two kinds of error."""

from functools import cache
from importlib import import_module
from typing import Any

from django.conf import settings

# Code of an Unavailable that came without any answer of the provider.
NO_ANSWER = "no_answer"


class ProviderError(Exception):
    """A provider did not do what was asked."""

    def __init__(self, message: str, *, code: str = "", retry_after: int = 0) -> None:
        self.code = code
        # Seconds after which the provider asked to be called again; 0 if it did not say.
        self.retry_after = retry_after
        super().__init__(message)


class Unavailable(ProviderError):
    """No answer, or "later": try again. The effect may or may not have happened."""


class Rejected(ProviderError):
    """Refused for good: the same request will fail again."""


@cache
def _adapter(path: str) -> Any:
    module, name = path.rsplit(".", 1)
    return getattr(import_module(module), name)()


def adapter_of(setting: str, adapters: dict[str, str]) -> Any:
    """The adapter that the setting names, made once per process.

    ``adapters`` maps the setting's values to dotted class paths, so that a vendor's SDK is imported
    only where it is used.
    """
    return _adapter(adapters[getattr(settings, setting)])
