"""The file of a message."""

import uuid

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from accounts.files.links import file_link
from accounts.requests import MemberRequest
from community.conversations.access import message_with_file
from peerloop.kit import clock


@require_safe
@login_required
def attachment(request: MemberRequest, message_id: uuid.UUID) -> HttpResponse:
    """To a fresh link to the file, for the people of its conversation."""
    message = message_with_file(request.user, message_id)
    assert message.file is not None, "message_with_file finds only those with one"
    return redirect(file_link(message.file, member=request.user, at=clock.now(), inline=True))
