"""URLs of points."""

from typing import Any

from django.urls import path

from goodwill.points import api as endpoints
from goodwill.points.views import page

pages: list[Any] = [
    path("goodwill", page.goodwill, name="goodwill"),
    path("leaderboard", page.leaderboard, name="leaderboard"),
]
api = [
    path("goodwill/balance", endpoints.Balance.as_view(), name="goodwill-balance"),
    path("goodwill/transactions", endpoints.Transactions.as_view(), name="goodwill-transactions"),
    path("goodwill/award", endpoints.Award.as_view(), name="goodwill-award"),
]
