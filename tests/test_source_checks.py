"""What `bin/check` refuses in templates and code: each fault is found where it is planted."""

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
    ],
)
def test_a_fault_in_a_template_is_found(planted):
    assert list(bad_habits("some.html", planted, ROUTES))


@pytest.mark.parametrize(
    "good",
    [
        "<a href=\"{% url 'course' slug %}?q=/x\">a / b</a>",
        '{% tab "Courses" "courses"|url %}',
        '<path d="M1 1"/>',
        "{% if page.number == last %}{{ text|safe_name }}",
    ],
)
def test_what_a_template_may_say_is_let_through(good):
    assert not list(bad_habits("some.html", good, ROUTES))


def test_an_address_in_code_is_found_but_not_in_words_about_it():
    tree = ast.parse('''"""/courses."""\nx = f"/courses/{slug}"\ny = "/tmp/courses"''')
    assert [fault[:2] for fault in code.addresses_in(tree, {"courses"})] == ["2:"]


def test_a_route_that_is_not_there_is_found():
    tree = ast.parse(
        'reverse("courses"); redirect("nowhere"); go(request, "nowhere"); reverse(name)'
    )
    assert len(list(code.unknown_routes(tree, ROUTES))) == 2


def test_text_that_is_not_escaped_is_found():
    tree = ast.parse("mark_safe(x); safestring.SafeString(x); Context(x, autoescape=False)")
    assert len(list(code.unescaped(tree))) == 3
