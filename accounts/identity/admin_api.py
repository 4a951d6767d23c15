"""Base of the API's endpoints under /admin/."""

from typing import Any

from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request

from accounts.identity.reauthentication import require_current_password
from peerloop.kit.api import Endpoint
from peerloop.kit.refusals import Forbidden


class AdminEndpoint(Endpoint):
    """For admins only; what may change something needs a fresh sign-in (security ID-7).

    Either a sign-in of the last 15 minutes, or the body's ``current_password``: inputs derive from
    ``FreshInput``. What is done writes the audit log.
    """

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Raises Forbidden for everybody else, and CurrentPasswordNeeded."""
        super().initial(request, *args, **kwargs)
        if not getattr(request.user, "is_admin", False):
            raise Forbidden("Only admins can do this.")
        if request.method not in SAFE_METHODS:
            given: dict[str, Any] = dict(request.data)
            require_current_password(request, str(given.get("current_password") or ""))
