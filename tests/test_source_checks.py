"""`bin/check` finds each kind of problem in templates and code."""

import ast

import pytest

from peerloop.management.commands import check_addresses as code
from peerloop.management.commands.check_templates import bad_habits

ROUTES = {"courses", "course"}


@pytest.mark.parametrize(
    "planted",
    [
        '<a href="/courses">',
        '<a href="/courses/{{ slug }}">',
        "<a href=\"{% url 'courses' %}\">{{ base_url }}/courses",
        '{% button_link "Courses" "/courses" %}',
        "{{ text|safe }}",
        "{{ text | safeseq }}",
        "{% autoescape off %}",
        '{% if session.status == "completed" %}',
        "{% if session.status != 'completed' %}",
        '{% tab "Courses" "nowhere"|url %}',
        "<p>1. {{ module.title }}</p>",
        "{{ view.other.name|default:'Member' }}",
        '{% button "Ask "|add:course.creator.name %}',
    ],
)
def test_a_problem_in_a_template_is_found(planted):
    assert list(bad_habits("some.html", planted, ROUTES))


@pytest.mark.parametrize(
    "good",
    [
        "<a href=\"{% url 'course' slug %}?q=/x\">a / b</a>",
        '{% tab "Courses" "courses"|url %}',
        '<path d="M1 1"/>',
        "{% if page.number == last %}{{ text|safe_name }}",
        "<p>1. {{ module.title|isolate }}</p>",
        "{{ view.other.name|default:'Member'|isolate }}",
        '{% button "Ask "|add:name %}',
    ],
)
def test_valid_templates_pass(good):
    assert not list(bad_habits("some.html", good, ROUTES))


def test_a_literal_url_is_found_in_code_but_not_in_docstrings():
    tree = ast.parse('''"""/courses."""\nx = f"/courses/{slug}"\ny = "/tmp/courses"''')
    assert [fault[:2] for fault in code.addresses_in(tree, {"courses"})] == ["2:"]


def test_an_unknown_route_name_is_found():
    tree = ast.parse(
        'reverse("courses"); redirect("nowhere"); go(request, "nowhere"); reverse(name)'
    )
    assert len(list(code.unknown_routes(tree, ROUTES))) == 2


def test_unescaped_text_is_found():
    tree = ast.parse("mark_safe(x); safestring.SafeString(x); Context(x, autoescape=False)")
    assert len(list(code.unescaped(tree))) == 3


def test_a_bare_name_in_a_sentence_is_found():
    tree = ast.parse(
        'f"{person.name} was told."; f"With {course.title}"; f"{isolated(a.name)} is in"; '
        'f"{field.name}_id"'
    )
    assert len(list(code.bare_names(tree))) == 2
