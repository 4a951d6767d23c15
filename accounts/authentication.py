"""Bearer tokens of the API."""

from rest_framework.authentication import BaseAuthentication


class BearerAuthentication(BaseAuthentication):
    """Placeholder until the tokens stand."""
