"""Texts that two people write at once."""

from hypothesis import given
from hypothesis import strategies as st

from peerloop.kit.merging import merged

LINES = st.lists(st.sampled_from(["", "a", "b", "c", "dd"]), max_size=6).map("\n".join)
# What one person adds, no line of it twice.
ADDED = st.lists(st.integers(0, 99), unique=True, max_size=4)


def test_changes_of_different_lines_are_put_together():
    base = "Goal\n\nQuestions\n\nLinks"
    mine = "Goal: a page that sells\n\nQuestions\n\nLinks"
    theirs = "Goal\n\nQuestions\nWhy so long?\n\nLinks\nhttps://example.com"

    found = merged(base, mine, theirs)

    assert found == (
        "Goal: a page that sells\n\nQuestions\nWhy so long?\n\nLinks\nhttps://example.com"
    )


def test_of_one_line_that_both_changed_both_versions_stay():
    assert merged("One\nTwo", "One\nTwo, said Sam", "One\nTwo, said Tom") == (
        "One\nTwo, said Tom\nTwo, said Sam"
    )


def test_two_first_lines_of_an_empty_text_both_stay():
    assert merged("", "From Sam", "From Tom") == "From Tom\nFrom Sam"


def test_a_line_that_one_removed_and_the_other_changed_stays_changed():
    assert merged("One\nTwo\nThree", "One\nThree", "One\nTwo!\nThree") == "One\nTwo!\nThree"


def test_a_line_added_before_one_that_the_other_changed_does_not_repeat_it():
    assert merged("One\nTwo", "One\nNew\nTwo", "One\nTwo!") == "One\nNew\nTwo!"


@given(LINES, LINES)
def test_who_writes_alone_gets_what_they_wrote(base, mine):
    assert merged(base, mine, base) == mine
    assert merged(base, base, mine) == mine


@given(LINES, LINES, LINES)
def test_no_line_that_anybody_added_is_lost(base, mine, theirs):
    found = merged(base, mine, theirs).split("\n")

    for written in (mine, theirs):
        new = set(written.split("\n")) - set(base.split("\n")) - {""}
        assert new <= set(found)


@given(st.integers(0, 5), ADDED, ADDED, st.integers(0, 5), st.integers(0, 5))
def test_lines_of_a_save_that_arrives_twice_stand_once(size, mine, theirs, here, there):
    base = [f"line {number}" for number in range(size)]
    own = [*base[:here], *(f"mine {number}" for number in mine), *base[here:]]
    other = [*base[:there], *(f"theirs {number}" for number in theirs), *base[there:]]

    once = merged("\n".join(base), "\n".join(own), "\n".join(other))

    assert merged("\n".join(base), "\n".join(own), once) == once
    assert sorted(once.split("\n")) == sorted({*own, *other} or {""})
