"""URLs of referrals."""

from typing import Any

from django.urls import path

from goodwill.referrals.views import invited, inviting

pages: list[Any] = [
    path("goodwill/invite", inviting.invite, name="invite-friends"),
    path("invited/<str:handle>", invited.by_link, name="invited"),
    path("invited/by-mail/<str:token>", invited.by_mail, name="invited-by-mail"),
    path("invited/stop/<str:token>", invited.decline, name="decline-invitations"),
]
