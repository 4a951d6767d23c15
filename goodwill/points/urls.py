"""URLs of points."""

from typing import Any

from django.urls import path

from goodwill.points import api as endpoints
from goodwill.points.views import page, thanking

pages: list[Any] = [
    path("goodwill", page.goodwill, name="goodwill"),
    path("sessions/<uuid:session_id>/thank", thanking.thank, name="thank-extra-help"),
    path("leaderboard", page.leaderboard, name="leaderboard"),
]
api = [
    path("goodwill/balance", endpoints.Balance.as_view(), name="goodwill-balance"),
    path("goodwill/transactions", endpoints.Transactions.as_view(), name="goodwill-transactions"),
    path("goodwill/award", endpoints.Award.as_view(), name="goodwill-award"),
]
