"""The profile picture and media of a profile: pages that change and serve them."""

import uuid
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.files.serving import answer_file
from accounts.identity import sign_in_limits
from accounts.members.access import own_media, visible_media
from accounts.members.actions.media import (
    add_media_file,
    add_video,
    move_media,
    remove_media,
)
from accounts.members.actions.pictures import change_picture, remove_picture
from accounts.members.files import AVATAR, PROFILE_MEDIA
from accounts.members.forms.media import MediaFileForm, PictureForm, VideoForm
from accounts.members.views.profile_page import profile_page
from accounts.models import User
from accounts.requests import MemberRequest
from peerloop.kit import clock
from peerloop.kit.forms import show_refusal
from peerloop.kit.refusals import Invalid, Refused
from peerloop.kit.text import isolated
from peerloop.kit.uploads import takes_upload

PICTURE_BYTES = AVATAR.most_bytes
MEDIA_BYTES = PROFILE_MEDIA.most_bytes


@takes_upload(PICTURE_BYTES)
@require_POST
@login_required
def picture(request: MemberRequest) -> HttpResponse:
    """Replace the profile picture."""

    def act(form: forms.Form) -> None:
        chosen = form.cleaned_data
        change_picture(
            user=request.user,
            upload=chosen["file"],
            focus=chosen["focus"] or "middle",
            at=clock.now(),
        )

    form = PictureForm(request.POST, request.FILES, auto_id="id_picture_%s")
    return _done(request, form, act, name="picture", said="Your new picture is shown.")


@require_POST
@login_required
def no_picture(request: MemberRequest) -> HttpResponse:
    """Remove the profile picture."""
    remove_picture(user=request.user, at=clock.now())
    messages.success(request, "Your picture is removed. Your initials are shown.")
    return _back_to("id_picture")


@takes_upload(MEDIA_BYTES)
@require_POST
@login_required
def add_file(request: MemberRequest) -> HttpResponse:
    """Show a picture or a PDF on the profile."""

    def act(form: forms.Form) -> None:
        chosen = form.cleaned_data
        add_media_file(
            user=request.user, upload=chosen["file"], title=chosen["title"], at=clock.now()
        )

    form = MediaFileForm(request.POST, request.FILES, auto_id="id_media_%s")
    return _done(request, form, act, name="media", said="Your profile shows it.")


@require_POST
@login_required
def add_link(request: MemberRequest) -> HttpResponse:
    """Show a link to a video on the profile."""

    def act(form: forms.Form) -> None:
        add_video(user=request.user, at=clock.now(), **form.cleaned_data)

    form = VideoForm(request.POST, auto_id="id_video_%s")
    return _done(request, form, act, name="video", said="Your profile shows it.")


@require_POST
@login_required
def move(request: MemberRequest, media_id: uuid.UUID) -> HttpResponse:
    """Move it one place earlier or later, by ``earlier``: 1 or 0."""
    media = own_media(request.user, media_id)
    wanted = request.POST.get("earlier")
    if wanted not in ("0", "1"):
        raise Invalid("Say whether it moves up or down.")
    move_media(media=media, earlier=wanted == "1")
    return _back_to("id_media")


@require_POST
@login_required
def remove(request: MemberRequest, media_id: uuid.UUID) -> HttpResponse:
    """Remove it from the profile."""
    media = own_media(request.user, media_id)
    remove_media(media=media, at=clock.now())
    messages.success(request, f"“{isolated(media.title)}” is removed.")
    return _back_to("id_media")


@require_safe
def show(
    request: HttpRequest, handle: str, media_id: uuid.UUID, width: int | None = None
) -> HttpResponseBase:
    """A picture or PDF of a profile, for who may read the profile."""
    viewer = request.user if isinstance(request.user, User) else None
    file = visible_media(viewer, handle, media_id)
    response = answer_file(request, file, width=width)
    # Revalidated soon: making a profile private has to take effect.
    response["Cache-Control"] = "private, max-age=300"
    return response


def _back_to(anchor: str) -> HttpResponse:
    return redirect(f"{reverse('profile-settings')}#{anchor}")


def _done(
    request: MemberRequest,
    form: Any,
    act: Callable[[forms.Form], None],
    *,
    name: str,
    said: str,
) -> HttpResponse:
    """Run the action and redirect, or show the page with the refusal."""
    status = 422
    if form.is_valid():
        try:
            sign_in_limits.count_account("upload", str(request.user.pk))
            act(form)
        except Refused as refusal:
            show_refusal(form, refusal)
            status = refusal.status if refusal.status in (413, 429, 503) else 422
        else:
            messages.success(request, said)
            return _back_to("id_picture" if name == "picture" else "id_media")
    return profile_page(request, status=status, **{name: form})
