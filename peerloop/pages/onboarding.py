"""Onboarding: choosing interests, then members to follow (rule PRIV-9).

Shown once after the first sign-in and never forced. Choices are saved at each step.
"""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.members.actions.onboarding import finish_onboarding
from accounts.members.forms.profile import LinesField
from accounts.models import User
from accounts.requests import MemberRequest
from catalog.actions.interests import save_interests
from catalog.models import Course
from catalog.queries import interests_of, people_to_follow, shelves
from peerloop.kit import clock
from peerloop.kit.forms import show_refusal
from peerloop.kit.htmx import render_page
from peerloop.kit.refusals import Refused

ASKED = require_http_methods(["GET", "HEAD", "POST"])
GOALS = [
    (User.Goal.LEARN, "Learn something new"),
    (User.Goal.TEACH, "Teach what I have learned"),
    (User.Goal.CREATE, "Create a course of my own"),
]


class InterestsForm(forms.Form):
    """/onboarding and /settings/interests."""

    goals = forms.MultipleChoiceField(
        label="What would you like to do?",
        choices=GOALS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    categories = forms.MultipleChoiceField(
        label="What interests you?", required=False, widget=forms.CheckboxSelectMultiple
    )
    tags = LinesField(parted_by=",", label="In your own words")
    level = forms.ChoiceField(
        label="How much do you know already?",
        choices=[("", "It differs"), *((level, level.label) for level in Course.Level)],
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(shelf.id), shelf.name) for shelf in shelves()]
        self.fields["categories"].choices = choices  # type: ignore[attr-defined]


@ASKED
@login_required
def interests(request: MemberRequest) -> HttpResponse:
    """First step: goals and interests. A member who saved them continues with the next step."""
    if request.method == "POST":
        form, is_kept = _save(request)
        if is_kept:
            return redirect("onboarding-people")
        return _page(request, "pages/onboarding.html", form, status=422)
    form = _saved_form(request.user)
    is_under_way = request.user.onboarding_completed_at is None and any(form.initial.values())
    if is_under_way and "change" not in request.GET:
        return redirect("onboarding-people")
    return _page(request, "pages/onboarding.html", form)


@require_safe
@login_required
def people(request: MemberRequest) -> HttpResponse:
    """Second step: members who know or teach what was chosen."""
    chosen = interests_of(request.user)
    context = {
        "people": people_to_follow(request.user, chosen),
        "wants_to_create": User.Goal.CREATE in request.user.goals and not request.user.is_creator,
    }
    return render_page(request, "pages/onboarding_people.html", context)


@require_POST
@login_required
def finish(request: MemberRequest) -> HttpResponse:
    """Finish or skip onboarding: it is not offered again."""
    finish_onboarding(user=request.user, at=clock.now())
    return redirect("dashboard")


@ASKED
@login_required
def settings(request: MemberRequest) -> HttpResponse:
    """Change goals and interests later, in the settings."""
    if request.method != "POST":
        return _page(request, "pages/interests.html", _saved_form(request.user))
    form, is_kept = _save(request)
    if is_kept:
        messages.success(request, "Your interests are saved.")
        return redirect("interest-settings")
    return _page(request, "pages/interests.html", form, status=422)


def _saved_form(user: User) -> InterestsForm:
    kept = interests_of(user)
    return InterestsForm(
        initial={
            "goals": user.goals,
            "categories": [str(key) for key in kept.categories],
            "tags": kept.tags,
            "level": kept.level,
        }
    )


def _save(request: MemberRequest) -> tuple[InterestsForm, bool]:
    form = InterestsForm(request.POST)
    if not form.is_valid():
        return form, False
    try:
        save_interests(by=request.user, at=clock.now(), **form.cleaned_data)
    except Refused as refusal:
        show_refusal(form, refusal)
        return form, False
    return form, True


def _page(
    request: MemberRequest, template: str, form: InterestsForm, *, status: int = 200
) -> HttpResponse:
    return render_page(request, template, {"form": form}, status=status)
