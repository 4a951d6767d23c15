"""`bin/bench growth` has rows for every list and a value for every URL placeholder."""

import pytest
from django.contrib import admin

from bench import growth, growth_world

pytestmark = pytest.mark.django_db
ROWS = 100


@pytest.fixture
def world():
    growth_world.fill(ROWS)


def test_every_list_of_the_admin_site_has_rows(world):
    few = {
        model._meta.db_table: model._default_manager.count()
        for model in admin.site._registry
        if model._default_manager.count() < ROWS / 50
    }

    assert few == {}


def test_every_url_is_requested(world):
    asked = {name for name, _, _ in growth.addresses()}

    assert {"courses", "api/v1/enrollments", "admin/scheduling/session/"} <= asked
