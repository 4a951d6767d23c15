"""The page /settings/profile with its forms, each as submitted or with current values."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from accounts.members.forms.media import MediaFileForm, PictureForm, VideoForm
from accounts.members.forms.profile import ProfileForm
from accounts.members.queries.completeness import completeness_of
from accounts.members.queries.media import media_of
from accounts.requests import MemberRequest


def profile_page(request: MemberRequest, *, status: int = 200, **sent: Any) -> HttpResponse:
    """/settings/profile; ``sent`` holds the form that was refused: form, picture, media, video."""
    context = {
        "form": sent.get("form") or ProfileForm.of(request.user),
        "picture": sent.get("picture") or PictureForm(auto_id="id_picture_%s"),
        "media": sent.get("media") or MediaFileForm(auto_id="id_media_%s"),
        "video": sent.get("video") or VideoForm(auto_id="id_video_%s"),
        "shown": media_of(request.user, is_own=True),
        "completeness": completeness_of(request.user),
    }
    return render(request, "accounts/profile.html", context, status=status)
