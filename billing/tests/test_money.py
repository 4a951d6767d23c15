"""Cents never appear or vanish (rules SPLIT-1 to SPLIT-5)."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as some

from billing.money import Shares, shares, spread

VECTORS = {
    45_000: (6750, 6750, 31_500),
    44_999: (6750, 6750, 31_499),
    24_900: (3735, 3735, 17_430),
    9_999: (1500, 1500, 6999),
    333: (50, 50, 233),
    10: (1, 2, 7),
    4: (1, 1, 2),
    3: (0, 1, 2),
    1: (0, 0, 1),
}


def as_tuple(split: Shares) -> tuple[int, int, int]:
    return split.platform, split.royalty, split.teaching


def check(amount: int) -> None:
    split = shares(amount)
    assert split.total == amount
    assert min(as_tuple(split)) >= 0
    for cents, percent in zip(as_tuple(split), (15, 15, 70), strict=True):
        assert abs(cents - Fraction(amount * percent, 100)) <= 1


@pytest.mark.parametrize(("amount", "expected"), VECTORS.items())
def test_the_vectors_of_the_rules(amount: int, expected: tuple[int, int, int]) -> None:
    assert as_tuple(shares(amount)) == expected


def test_every_amount_up_to_a_thousand_dollars_adds_up() -> None:
    for amount in range(1, 100_001):
        check(amount)


@given(some.integers(min_value=100_001, max_value=10**15))
def test_any_larger_amount_adds_up(amount: int) -> None:
    check(amount)


@given(some.integers(min_value=0, max_value=10**9))
def test_who_teaches_changes_the_receiver_and_no_number(amount: int) -> None:
    theirs, own = shares(amount, creator_teaches=False), shares(amount, creator_teaches=True)

    assert as_tuple(theirs) == as_tuple(own)
    assert theirs.creator == theirs.royalty
    assert own.creator == own.royalty + own.teaching


def test_the_vectors_of_spreading() -> None:
    assert spread(31_500, 4) == [7875] * 4
    assert spread(6750, 4) == [1687, 1688, 1687, 1688]
    assert spread(0, 2) == [0, 0]
    assert spread(7, 1) == [7]


@given(some.integers(min_value=0, max_value=10**9), some.integers(min_value=1, max_value=200))
def test_parts_add_up_and_differ_by_a_cent_at_most(share: int, parts: int) -> None:
    result = spread(share, parts)

    assert len(result) == parts
    assert sum(result) == share
    assert max(result) - min(result) <= 1
    for number in range(1, parts + 1):
        assert sum(result[:number]) == share * number // parts


@pytest.mark.parametrize(("share", "parts"), [(1, 0), (1, -1), (-1, 2)])
def test_nonsense_is_refused(share: int, parts: int) -> None:
    with pytest.raises(ValueError, match="at least"):
        spread(share, parts)


def test_a_negative_payment_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        shares(-1)
