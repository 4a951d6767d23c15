"""An outline that several people change at once: nothing is lost, and it stays numbered."""

from functools import partial

import pytest

from catalog.actions.curriculum import (
    add_module,
    edit_module,
    move_module,
    place_module,
    remove_module,
    shift_module,
)
from catalog.actions.revisions import ChangedElsewhere
from catalog.models import Course, CourseModule
from peerloop.kit.refusals import Refused
from tests.cast import a_course
from tests.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def fresh(module: CourseModule) -> CourseModule:
    return CourseModule.objects.select_related("course__creator").get(pk=module.pk)


def order(course: Course) -> list[str]:
    rows = course.modules.filter(archived_at=None).order_by("module_order")
    places = list(rows.values_list("module_order", flat=True))
    assert places == list(range(1, len(places) + 1))
    return list(rows.values_list("title", flat=True))


@pytest.fixture
def course():
    return a_course(modules=6)


@pytest.fixture
def modules(course):
    return list(course.modules.order_by("module_order"))


def test_moves_at_once_lose_no_module(course, modules):
    before = order(course)
    by = course.creator
    acts = [
        partial(move_module, module=fresh(modules[0]), to=6, by=by),
        partial(move_module, module=fresh(modules[5]), to=1, by=by),
        partial(shift_module, module=fresh(modules[2]), earlier=True, by=by),
        partial(place_module, module=fresh(modules[3]), before=fresh(modules[1]), by=by),
        partial(place_module, module=fresh(modules[4]), before=None, by=by),
    ]

    results = at_once(acts)

    assert not [one for one in results if isinstance(one, Refused)]
    assert sorted(order(course)) == sorted(before)


def test_modules_are_added_and_removed_while_others_move(course, modules):
    by = course.creator
    acts = [
        *(partial(add_module, course=course, title=f"New {n}", by=by) for n in range(3)),
        partial(remove_module, module=fresh(modules[1]), by=by),
        partial(move_module, module=fresh(modules[4]), to=1, by=by),
        partial(place_module, module=fresh(modules[0]), before=fresh(modules[3]), by=by),
    ]

    results = at_once(acts)

    assert not [one for one in results if isinstance(one, Refused)]
    wanted = {one.title for one in modules} - {modules[1].title} | {f"New {n}" for n in range(3)}
    assert set(order(course)) == wanted


def test_of_two_who_edit_one_module_the_second_is_told(course, modules):
    for round_ in range(5):
        module = fresh(modules[0])
        acts = [
            partial(
                edit_module,
                module=fresh(module),
                by=course.creator,
                revision=module.revision,
                description=f"Written by {who} in round {round_}",
            )
            for who in ("the first", "the second")
        ]

        results = at_once(acts)

        told = [one for one in results if isinstance(one, ChangedElsewhere)]
        [kept] = [one for one in results if not isinstance(one, Refused)]
        assert len(told) == 1
        assert fresh(module).description == kept.description
        assert fresh(module).revision == module.revision + 1


def test_an_edit_and_a_move_at_once_are_both_kept(course, modules):
    module = fresh(modules[2])
    acts = [
        partial(edit_module, module=module, by=course.creator, revision=1, title="Renamed"),
        partial(move_module, module=fresh(module), to=1, by=course.creator),
    ]

    results = at_once(acts)

    assert not [one for one in results if isinstance(one, Refused)]
    assert order(course)[0] == "Renamed"
