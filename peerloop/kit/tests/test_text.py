"""Text that is written from right to left leaves what stands around it in order."""

import pytest
from django.template import Context, Template

from peerloop.kit.text import FSI, ISOLATES, PDI, isolated, isolated_values, one_line

ARABIC = "مقدمة في البرمجة"


@pytest.mark.parametrize("text", [ARABIC, "C++ للمبتدئين", "שלום", "ߒߞߏ", "𞤆𞤵𞤤𞤢𞤪"])
def test_text_from_right_to_left_is_isolated_once(text):
    assert isolated(text) == f"{FSI}{text}{PDI}"
    assert isolated(isolated(text)) == isolated(text)
    sentence = f"{isolated(text)}, 3 sessions"
    assert isolated(sentence) == sentence


@pytest.mark.parametrize(
    "text", ["", "Tom Teacher", "Zoë Žižek", "日本語の基礎講座", "Привет", "🎓"]
)
def test_other_text_stays_as_it_is(text):
    assert isolated(text) == text


def test_every_text_of_a_value_is_isolated():
    value = {"course": ARABIC, "parts": [ARABIC, 3, None], "url": "/x"}
    marked = f"{FSI}{ARABIC}{PDI}"

    assert isolated_values(value) == {"course": marked, "parts": [marked, 3, None], "url": "/x"}


def test_what_comes_in_holds_no_marks_and_a_subject_keeps_them():
    assert one_line(isolated(ARABIC)) == ARABIC
    assert one_line(isolated(ARABIC), keep=ISOLATES) == isolated(ARABIC)


def test_the_filter_isolates_and_escapes():
    page = Template("{{ number }}. {{ title|isolate }}").render(
        Context({"number": 3, "title": f"<b>{ARABIC}"})
    )

    assert page == f"3. {FSI}&lt;b&gt;{ARABIC}{PDI}"


@pytest.mark.parametrize(
    "tag",
    [
        "{% page_head title %}{% endpage_head %}",
        "{% breadcrumbs 'Courses' '/' title %}",
        "{% panel title=title %}{% endpanel %}",
        "{% chip '' title %}",
        "{% split_bar creator=85 platform=15 creator_name=title %}",
        "{% zone_note other='America/New_York' whose=title %}",
        "{% course_card course %}",
        "{% teacher_row course %}",
    ],
)
def test_pieces_of_pages_isolate_what_they_are_given(tag):
    course = {"slug": "x", "title": ARABIC, "name": ARABIC, "path": "/courses/x"}

    page = Template(tag).render(Context({"title": ARABIC, "course": course}))

    assert f"{FSI}{ARABIC}{PDI}" in page
