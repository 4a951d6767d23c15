"""In a made-up market the offered three fill more places, and more evenly, than the best rated."""

from bench.market import gini, highest_rating_first, market, ours


def test_more_students_find_a_teacher_and_new_teachers_find_students():
    mine, theirs = market(ours, 1), market(highest_rating_first, 1)

    assert mine.fill > 0.85 > theirs.fill
    assert mine.gini < 0.3 < theirs.gini
    assert mine.new_started > 0.9
    assert mine.understood > theirs.understood


def test_gini_knows_its_ends():
    assert gini([3, 3, 3]) == 0
    assert gini([0, 0, 9]) > 0.6
    assert gini([]) == gini([0, 0]) == 0
