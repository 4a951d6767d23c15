"""Menus: what each viewer sees, in which order, and which item is marked as open."""

import pytest
from django.urls import NoReverseMatch

from peerloop.kit import navigation, roles
from peerloop.kit.navigation import Link, Viewer

EVERYTHING = Viewer(roles=("learn", "teach", "create", "moderate", "admin"))


def labels(items):
    return [item.label for item in items]


def rail_of(side, *held):
    groups = navigation.rail(Viewer(side=side, roles=held))
    return {label: labels(items) for label, items in groups}


def test_every_link_leads_to_a_page():
    for link in navigation.declared():
        assert navigation.path_of(link.page).startswith("/"), link


def test_a_page_that_does_not_exist_is_refused():
    with pytest.raises(NoReverseMatch):
        navigation.path_of("no-such-page")


def test_every_link_names_a_role_and_a_counter_that_are_declared():
    named = {role for link in navigation.declared() for role in (*link.roles, link.unless) if role}
    assert named <= set(roles.declared_roles())
    assert {link.counter for link in navigation.declared()} - {""} <= roles.declared_counters()


def test_every_link_stands_in_a_menu_that_is_drawn_and_has_a_place_of_its_own():
    menus = {"public", "footer", "rail", "duties", "sides", "bottom", "tools", "account"}
    places = [(link.menu, link.order) for link in navigation.declared()]
    assert {menu for menu, _ in places} <= menus | {"settings"} | navigation.sides()
    assert len(places) == len(set(places))


def test_links_of_several_apps_stand_in_their_order():
    assert labels(navigation.items("public", Viewer())) == [
        *("Courses", "Teachers", "Creators", "How it works", "Pricing"),
    ]
    assert rail_of("teach", "learn", "teach", "admin") == {
        "": ["Dashboard", "Feed", "My courses", "Calendar", "Certificates", "Goodwill", "Help"],
        "Teach": ["Teach home", "Availability", "Students", "Sessions", "Homework", "Earnings"],
        "More": ["Moderation", "Admin"],
    }
    assert rail_of("create", "learn", "create")["Create"] == [
        *("Create home", "Approvals", "Students", "Teachers", "Questions", "Wanted", "Community"),
        *("Newsletters", "Analytics", "Earnings"),
    ]


def test_the_bottom_bar_has_the_home_of_the_open_side():
    for side, home in (("learn", "Learn"), ("teach", "Teach"), ("create", "Create")):
        found = labels(navigation.bottom(Viewer(side=side, roles=["learn", side])))
        assert found == ["Home", "Feed", home, "Messages"]


def test_who_earns_finds_payouts_and_who_creates_need_not_apply():
    def account(*held):
        return labels(navigation.items("account", Viewer(roles=held)))

    assert account("learn") == ["Profile", "Notices", "Security", "Become a creator"]
    assert account("teach") == ["Profile", "Notices", "Security", "Payouts", "Become a creator"]
    assert account("create") == ["Profile", "Notices", "Security", "Payouts"]
    assert "Payouts" in account("learn", "earn")


def test_the_role_switch_shows_only_roles_held_and_none_for_one():
    assert navigation.role_switch(Viewer(roles=["learn"])) == []
    switch = navigation.role_switch(Viewer(side="teach", roles=["learn", "teach"]))
    assert [(item.label, item.current) for item in switch] == [("Learn", False), ("Teach", True)]


def test_a_side_that_is_not_held_has_no_links():
    assert list(rail_of("create", "learn")) == [""]


def test_the_nearest_page_is_current():
    viewer = EVERYTHING._replace(path="/teach/availability/week")
    items = navigation.items("teach", viewer)
    assert [item.path for item in items if item.current] == ["/teach/availability"]


def test_an_item_carries_the_count_of_its_counter():
    viewer = Viewer(counts={"unread_notifications": 3})
    counts = {item.label: item.count for item in navigation.items("tools", viewer)}
    assert counts == {"Messages": 0, "Notices": 3}


def test_a_flagged_link_hangs_on_its_setting(settings):
    link = Link(menu="rail", order=1, label="Feed", page="home", flag="DEMO")
    for settings.DEMO in (False, True):
        assert link.is_for(["learn"]) is settings.DEMO
