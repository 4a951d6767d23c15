"""The score of FEED-7 and the choice of a page, against slow and obvious versions of both."""

from collections import Counter
from datetime import timedelta
from decimal import Decimal, getcontext

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from community.feeds.ranking import Facts, Weights, best, overlap, score, weights
from community.tests.people import AT

RULE = Weights(30, 25, 15, 10, 10, 5, half_life_hours=72)
facts = st.builds(
    Facts,
    made_at=st.integers(-60, 60 * 24 * 200).map(lambda minutes: AT - timedelta(minutes=minutes)),
    relation=st.sampled_from([0.0, 0.4, 0.6, 0.8, 1.0]),
    is_unseen=st.booleans(),
    likes=st.integers(0, 300),
    replies=st.integers(0, 300),
    overlap=st.floats(0, 1),
    own_words=st.integers(0, 9),
)


def obvious_score(one, by):
    """The rule word by word, in decimals."""
    getcontext().prec = 40
    hours = Decimal(int((AT - one.made_at).total_seconds())) / 3600
    total = Decimal(by.recency) * Decimal("0.5") ** (max(hours, Decimal(0)) / by.half_life_hours)
    total += by.relation * Decimal(one.relation)
    if one.is_unseen:
        total += by.unseen
    engaged = (Decimal(1 + one.likes + one.replies + one.replies)).ln() / Decimal(51).ln()
    total += by.engagement * (engaged if engaged < 1 else Decimal(1))
    total += by.interest * Decimal(one.overlap)
    total += by.activity * (Decimal(one.own_words) / 3 if one.own_words < 3 else Decimal(1))
    return total / 100


def obvious_page(ranked, most, of_one):
    """Again and again the first that may still come."""
    page, left = [], list(ranked)
    while left and len(page) < most:
        one = left.pop(0)
        if sum(other[0] == one[0] for other in page) < of_one:
            page.append(one)
    return page


def test_the_settings_are_the_weights_of_the_rule():
    assert weights() == RULE
    assert settings.FEED_MOST_OF_ONE == 3


@given(facts)
def test_the_score_is_what_the_rule_says(one):
    assert float(obvious_score(one, RULE)) == pytest.approx(score(one, AT, RULE), abs=1e-12)


@given(facts, facts)
def test_a_post_that_is_better_in_all_parts_stands_higher(one, other):
    parts = ("relation", "is_unseen", "likes", "replies", "overlap", "own_words", "made_at")
    pairs = [(getattr(one, part), getattr(other, part)) for part in parts]
    if all(ours >= theirs for ours, theirs in pairs):
        assert score(one, AT, RULE) >= score(other, AT, RULE)


def test_recency_halves_in_the_half_life_and_is_all_there_is_to_a_plain_post():
    plain = Facts(AT - timedelta(hours=72), 0.0, False, 0, 0, 0.0, 0)
    assert score(plain, AT, RULE) == pytest.approx(0.15)
    assert score(plain, AT + timedelta(hours=72), RULE) == pytest.approx(0.075)


@given(
    st.lists(st.tuples(st.sampled_from("abcde"), st.integers())),
    st.integers(1, 30),
    st.integers(1, 4),
)
def test_a_page_takes_the_first_and_of_each_feed_at_most_some(ranked, most, of_one):
    page = best(ranked, most=most, of_one=of_one, feed_of=lambda one: one[0])
    assert page == obvious_page(ranked, most, of_one)
    assert max(Counter(feed for feed, _ in page).values(), default=0) <= of_one


@given(
    st.lists(st.tuples(st.sampled_from("abcde"), st.integers()), unique=True),
    st.integers(1, 9),
    st.integers(1, 4),
)
def test_pages_one_after_the_other_show_everything_once(ranked, most, of_one):
    left, shown = list(ranked), []
    while left:
        page = best(left, most=most, of_one=of_one, feed_of=lambda one: one[0])
        assert page
        shown += page
        left = [one for one in left if one not in page]
    assert sorted(shown) == sorted(ranked)


@given(st.sets(st.sampled_from("abcdef")), st.sets(st.sampled_from("abcdef")))
def test_the_overlap_is_the_share_of_the_smaller_set(ours, theirs):
    common = sum(1 for one in ours if one in theirs)
    smaller = min(len(ours), len(theirs))
    assert overlap(ours, theirs) == (common / smaller if smaller else 0)
