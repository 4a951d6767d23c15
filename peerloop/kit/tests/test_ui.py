"""Formats and components: exact figures, the viewer's zone, hostile names escaped."""

import re
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import patch

import pytest
from django import forms
from django.contrib.staticfiles import finders
from django.template import Context, Template
from django.test import SimpleTestCase

from peerloop.kit import navigation
from peerloop.kit.formats import Moment, minutes_text, money_text, relative_text, zone_of
from peerloop.kit.markup import drawing, people, pieces, states
from peerloop.kit.states import State, StatusChoices

TUESDAY = datetime(2025, 11, 25, 15, 30, tzinfo=UTC)
HOSTILE = '<img src=x onerror="alert(1)">\'&'


def render(source: str, **context) -> str:
    return Template(source).render(Context(context))


def at_the_time(test):
    return patch("peerloop.kit.clock.now", lambda: TUESDAY - timedelta(hours=2))(test)


class MoneyTests(SimpleTestCase):
    def test_cents_are_never_rounded(self):
        wanted = {0: "$0.00", 1: "$0.01", 99: "$0.99", 45000: "$450.00", 123456789: "$1,234,567.89"}
        assert {cents: money_text(cents) for cents in wanted} == wanted

    def test_negative_has_a_true_minus_before_the_symbol(self):
        assert money_text(-1205) == "−$12.05"

    def test_other_currencies(self):
        assert money_text(29900, "eur") == "€299.00"
        assert money_text(5000, "jpy") == "¥5,000"
        assert money_text(100, "chf") == "CHF\u202f1.00"
        assert money_text(40_000, "rwf") == "RWF\u202f40,000"
        assert money_text(40_000, "RWF") == "RWF\u202f40,000"
        assert money_text(-1, "krw") == "−KRW\u202f1"
        assert money_text(1_234_560, "kwd") == "KWD\u202f1,234.560"
        assert money_text(500, "ugx") == "UGX\u202f5.00"
        assert money_text(45000, "usd", code=True) == "$450.00 USD"

    def test_tag_says_refund(self):
        html = render("{% money cents refund=True %}", cents=-1200)
        self.assertHTMLEqual(html, '<span class="num money">\u2212$12.00 refund</span>')

    def test_filter(self):
        assert render("{{ 45000|money }}") == "$450.00"


class TimeTests(SimpleTestCase):
    @at_the_time
    def test_shown_in_the_viewers_zone(self):
        html = render("{% when at %}", at=TUESDAY, viewer_zone="Europe/Berlin")
        self.assertHTMLEqual(
            html, '<time class="num" datetime="2025-11-25T15:30:00Z">Tue 25 Nov, 16:30</time>'
        )

    @at_the_time
    def test_unknown_zone_is_utc_and_says_so(self):
        html = render("{% when at %}", at=TUESDAY)
        assert "Tue 25 Nov, 15:30 UTC" in html
        assert "<local-time" in html

    @at_the_time
    def test_a_zone_that_does_not_exist_counts_as_unknown(self):
        assert "15:30 UTC" in render("{% when at %}", at=TUESDAY, viewer_zone="Mars/Base")

    @at_the_time
    def test_another_year_is_named(self):
        html = render(
            "{% when at show='date' %}", at=TUESDAY + timedelta(days=60), viewer_zone="Asia/Tokyo"
        )
        assert "Sun 25 Jan 2026" in html

    @at_the_time
    def test_range_over_midnight_names_both_days(self):
        start = datetime(2025, 11, 25, 22, 30, tzinfo=UTC)
        html = render(
            "{% when a end=b %}", a=start, b=start + timedelta(hours=1), viewer_zone="Europe/Berlin"
        )
        assert "Tue 25 Nov, 23:30 – Wed 26 Nov, 00:30" in html

    @at_the_time
    def test_range_with_its_zone(self):
        html = render(
            "{% when a end=b zone=True %}",
            a=TUESDAY,
            b=TUESDAY + timedelta(hours=1),
            viewer_zone="Asia/Kolkata",
        )
        assert "Tue 25 Nov, 21:00–22:00 (Kolkata, UTC+5:30)" in html

    def test_offset_follows_the_season(self):
        zone = zone_of("America/New_York")
        winter = Moment(TUESDAY, zone, TUESDAY).zone_label
        summer = Moment(TUESDAY - timedelta(days=150), zone, TUESDAY).zone_label
        assert (winter, summer) == ("New York, UTC−5", "New York, UTC−4")

    def test_nothing_for_no_instant(self):
        assert render("{% when at %}{% relative at %}", at=None) == ""

    def test_relative_words(self):
        wanted = {
            timedelta(seconds=30): "now",
            timedelta(minutes=25): "in 25 min",
            timedelta(hours=2, minutes=59): "in 2 h",
            timedelta(days=1, hours=2): "in 1 day",
            timedelta(days=-3): "3 days ago",
        }
        found = {step: relative_text(TUESDAY + step, TUESDAY) for step in wanted}
        assert found == wanted

    def test_minutes(self):
        assert [minutes_text(n) for n in (45, 60, 90)] == ["45 min", "1 h", "1 h 30 min"]

    @at_the_time
    def test_slots_are_grouped_by_the_viewers_date(self):
        starts = [TUESDAY, datetime(2025, 11, 25, 23, 30, tzinfo=UTC)]
        html = render(
            "{% slot_picker starts minutes=60 %}", starts=starts, viewer_zone="Asia/Tokyo"
        )
        assert html.count("<fieldset") == 1
        assert "Wednesday 26 November" in html
        assert 'value="2025-11-25T15:30:00Z"' in html
        assert "Tokyo, UTC+9" in html


class SplitBarTests(SimpleTestCase):
    def test_widths_fill_the_bar_and_figures_add_up(self):
        for parts in ((31499, 6750, 6750), (7, 2, 1), (1, 0, 0), (0, 85, 15)):
            with self.subTest(parts):
                teacher, creator, platform = parts
                html = pieces.split_bar(teacher=teacher, creator=creator, platform=platform)
                widths = [float(width) for width in re.findall(r'width="([\d.]+)"', html)]
                assert abs(sum(widths) - 1000) < 0.05
                figures = re.findall(r"\$([\d,]+\.\d\d)", html)
                cents = sum(int(figure.replace(",", "").replace(".", "")) for figure in figures)
                assert cents == sum(parts)

    def test_a_part_of_nothing_is_not_drawn(self):
        assert "teacher" not in pieces.split_bar(creator=85, platform=15)

    def test_percent(self):
        assert pieces.percent_text(15, 100) == "15%"
        assert pieces.percent_text(1500, 9999) == "15%"
        assert pieces.percent_text(1, 3) == "33.3%"


class PeopleTests(SimpleTestCase):
    def test_initials(self):
        wanted = {
            "Tom Becker": "TB",
            "Zoë": "Z",
            "Mei-Ling Chow": "MC",
            "Ana de la Cruz": "AC",
            "åsa öberg": "ÅÖ",
            "": "?",
            "  <<>> ": "?",
            "李 小龙": "李小",
            "e\u0301lodie": "E\u0301",
        }
        assert {name: people.initials(name) for name in wanted} == wanted

    def test_hue_is_the_id_modulo_eight(self):
        key = uuid.UUID(int=8 * 12345 + 5)
        assert people.hue_of(key) == 5
        assert people.hue_of(str(key)) == 5
        assert "avatar--h5" in people.avatar({"name": "Tom", "pk": key})

    def test_photo(self):
        html = people.avatar({"name": "Tom", "avatar_url": "/files/tom.jpg"}, 48, label=True)
        assert 'alt="Tom"' in html
        assert 'width="48"' in html

    @at_the_time
    def test_a_teacher_without_a_free_time_is_no_link(self):
        html = people.teacher_row({}, {"name": "Tom"}, href="/x")
        assert "<a" not in html
        assert "No free time now" in html

    @at_the_time
    def test_hostile_words_are_escaped_everywhere(self):
        person = {"name": HOSTILE, "avatar_url": HOSTILE, "pk": 1}
        bare = {"name": HOSTILE, "pk": 1}
        course = {
            "slug": HOSTILE,
            "title": HOSTILE,
            "creator_name": HOSTILE,
            "level_label": HOSTILE,
        }
        html = render(
            "{% avatar person label=True %}{% avatar bare 40 label=True %}{% course_card course %}"
            "{% teacher_row bare next_at=at href=h languages=h %}{% chip '' h %}"
            "{% row_link h h meta=h %}{% next_page_link h h %}"
            "{% empty h h h %}{% copy_field h h %}{% stat h h note=h %}{% toast h %}{% tab h h %}"
            "{% button h name=h %}{% button_link h h %}{% choice h h h help=h %}"
            "{% filter_chip h h %}{% icon_button 'x' h %}"
            "{% breadcrumbs h h h %}{% stepper h h %}{% panel title=h id=h %}{{ h }}{% endpanel %}"
            "{% page_head h lead=h eyebrow=h %}{{ h }}{% endpage_head %}{% progress 1 2 h %}"
            "{% callout title=h %}{{ h }}{% endcallout %}{% dialog h h %}{{ h }}{% enddialog %}"
            "{% next_card h course=h %}{{ h }}{% endnext_card %}{% cover h h %}"
            "{% split_bar teacher=1 teacher_name=h %}{% disclosure h %}{{ h }}{% enddisclosure %}",
            person=person,
            bare=bare,
            course=course,
            h=HOSTILE,
            at=TUESDAY,
        )
        assert "<img src=x" not in html
        assert 'onerror="' not in html
        assert "'&" not in html


class DrawingTests(SimpleTestCase):
    def test_ring_says_its_step(self):
        assert 'aria-label="Step 2 of 4: certify"' in drawing.ring(2, 40)
        assert "Step 3 of 4: teach</span>" in drawing.ring(3, 40, text=True)
        assert drawing.ring_words(5) == "All 4 steps done"
        assert drawing.ring(3, 28).count("ring__arc--done") == 2

    def test_unknown_sizes_and_names_are_refused(self):
        for wrong in (
            lambda: drawing.ring(1, 41),
            lambda: drawing.icon("no-such-icon"),
            lambda: drawing.icon("x", 18),
            lambda: people.avatar({}, 41),
        ):
            with pytest.raises(ValueError):
                wrong()

    def test_every_icon_that_python_names_is_in_the_sprite(self):
        shown = [choice.state for choices in StatusChoices.__subclasses__() for choice in choices]
        names = {entry.icon for entry in [*navigation.declared(), *shown] if entry.icon}
        assert names <= set(drawing.icon_names())

    def test_an_icon_names_its_shape_in_the_one_file_of_all(self):
        drawn = drawing.icon("calendar", 16)
        assert 'class="icon icon--16" aria-hidden="true"' in drawn
        file, name = re.search(r'href="/static/([^"?]+)[^"]*#([^"]+)"', drawn).groups()
        assert f'<symbol id="{name}"' in Path(finders.find(file)).read_text()

    def test_covers_differ_by_slug_and_stay_the_same(self):
        assert drawing.cover("one") != drawing.cover("two")
        assert drawing._drawn_cover.__wrapped__("one") == drawing.cover("one")

    def test_a_chip_shows_tone_icon_and_word_of_a_state(self):
        html = states.chip(State("info", "hourglass", "Releasing"), "28 Nov")
        assert html.startswith('<span class="chip chip--info"><svg')
        assert html.endswith("Releasing 28 Nov</span>")

    def test_a_chip_of_a_bare_word_is_refused(self):
        for wrong in ("in_progress", "", None):
            with pytest.raises(TypeError):
                states.chip(wrong)

    def test_every_shown_status_says_its_word(self):
        for choices in StatusChoices.__subclasses__():
            for choice in choices:
                with self.subTest(choice):
                    assert choice.state.word
                    assert choice.state.icon

    def test_a_status_without_a_state_is_refused(self):
        with pytest.raises(TypeError):

            class Status(StatusChoices):
                OPEN = "open"

    def test_a_status_is_its_value_alone_to_the_database(self):
        class Status(StatusChoices):
            HELD = "held", State("info", "lock", "Kept safe")

        assert Status.choices == [("held", "Held")]
        assert Status("held") is Status.HELD == "held"
        assert str(Status.HELD) == "held"


class SampleForm(forms.Form):
    email = forms.EmailField(label="E-mail", help_text="We write only about your sessions.")
    way = forms.ChoiceField(label="Way", widget=forms.RadioSelect, choices=[("a", "A"), ("b", "B")])


class FieldTests(SimpleTestCase):
    def test_help_and_error_are_tied_to_the_control(self):
        html = render("{% field form.email %}", form=SampleForm({"email": HOSTILE}))
        assert 'aria-describedby="id_email_help id_email_error"' in html
        assert 'aria-invalid="true"' in html
        assert 'id="id_email_error"' in html
        assert "<img" not in html

    def test_a_group_of_radios_is_a_fieldset_that_the_summary_links_to(self):
        form = SampleForm({"email": "a@b.test"})
        html = render("{% form_errors form %}{% field form.way %}", form=form)
        assert '<a href="#id_way">Way: ' in html
        assert '<fieldset class="field field--wrong" id="id_way"' in html

    def test_no_summary_for_a_fresh_form(self):
        assert render("{% form_errors form %}", form=SampleForm()) == ""

    def test_attributes(self):
        html = render("{% button 'Save' hx_post='/x' disabled=False autofocus=True %}")
        assert 'data-hx-post="/x"' in html
        assert 'autofocus="autofocus"' in html
        assert "disabled" not in html
