"""The page of what is new."""

import pytest

from peerloop.pages.changelog import Section, sections_of
from tests.cast import browse

TEXT = """# Changelog

## Unreleased
- Courses have a `feed`,
  with posts.
- Members write **messages**.

## 1.0 (2026-03-02)

## 0.9 (2026-02-01)
- The first page.
"""


def test_sections_keep_their_order_and_empty_ones_are_left_out():
    assert sections_of(TEXT) == [
        Section("Lately", ("Courses have a `feed`, with posts.", "Members write **messages**.")),
        Section("0.9 (2026-02-01)", ("The first page.",)),
    ]


def test_a_file_without_entries_has_no_sections():
    assert sections_of("# Changelog\n") == []


@pytest.mark.django_db
def test_everybody_reads_what_is_new():
    page = browse().get("/changelog").content.decode()

    assert "What is new" in page
    assert "Lately" in page
    assert 'href="/changelog"' in browse().get("/about").content.decode()
