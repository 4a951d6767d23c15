"""Which three teachers are offered, and why."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from scheduling.matching import NEW_BELOW, OFFERED, Candidate, Wanted, offer, score, spoken

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
NOBODY = Wanted()
WORDS = st.frozensets(st.sampled_from(["English", "German", "Spanish"]), max_size=2)
TOPICS = st.frozensets(st.sampled_from(["pricing", "python", "guitar"]), max_size=3)


def named(number: int, **given) -> Candidate:
    given = {"next_at": AT + timedelta(days=1), **given}
    return Candidate(UUID(int=number), **given)


def known(number: int, **given) -> Candidate:
    """Somebody who has taught and is well rated."""
    return named(number, **{"taught": 20, "rating": 4.9, "ratings": 15, "times": 9, **given})


def keys(candidates, wanted=NOBODY, seed=b"sam") -> list[int]:
    return [one.key.int for one in offer(candidates, wanted, seed=seed, at=AT)]


@st.composite
def a_candidate(draw, number: int = 0) -> Candidate:
    ratings = draw(st.integers(0, 40))
    return Candidate(
        UUID(int=number),
        next_at=draw(st.none() | st.integers(0, 30).map(lambda days: AT + timedelta(days=days))),
        times=draw(st.integers(0, 30)),
        languages=draw(WORDS),
        topics=draw(TOPICS),
        rating=draw(st.floats(1, 5)) if ratings else None,
        ratings=ratings,
        taught=draw(st.sampled_from([0, 0, 5, 20])),
        now=draw(st.sampled_from([0, 0, 1, 6])),
    )


@st.composite
def some_candidates(draw) -> list[Candidate]:
    number = draw(st.sampled_from([0, 1, 3, 5, 7, 9]))
    return [draw(a_candidate(number=place)) for place in range(number)]


PEOPLE = st.builds(Wanted, languages=WORDS, topics=TOPICS)
SEEDS = st.binary(min_size=1, max_size=32)


@given(some_candidates(), PEOPLE, SEEDS)
def test_three_different_bookable_teachers_with_reasons(candidates, wanted, seed):
    found = offer(candidates, wanted, seed=seed, at=AT)
    free = {one.key for one in candidates if one.next_at}

    assert len(found) == len({one.key for one in found}) == min(OFFERED, len(free))
    assert {one.key for one in found} <= free
    assert all(one.reasons for one in found)


@given(some_candidates(), PEOPLE, SEEDS, st.randoms(use_true_random=False))
def test_the_order_in_which_they_come_changes_nothing(candidates, wanted, seed, random):
    shuffled = list(candidates)
    random.shuffle(shuffled)

    assert offer(candidates, wanted, seed=seed, at=AT) == offer(shuffled, wanted, seed=seed, at=AT)


@given(some_candidates(), PEOPLE, SEEDS)
def test_somebody_new_has_a_place_whenever_there_is_a_choice(candidates, wanted, seed):
    by_key = {one.key: one for one in candidates}
    free = [one for one in candidates if one.next_at]
    understood = [
        one
        for one in free
        if not one.languages or not wanted.languages or one.languages & wanted.languages
    ]
    chosen = [by_key[one.key] for one in offer(candidates, wanted, seed=seed, at=AT)]

    if any(one.is_new for one in understood) and len(free) > OFFERED:
        assert any(one.is_new for one in chosen)


@given(some_candidates(), PEOPLE, SEEDS)
def test_also_beside_three_of_whom_everything_is_better(others, wanted, seed):
    best = [
        known(100 + place, times=30, languages=wanted.languages, topics=wanted.topics)
        for place in range(OFFERED)
    ]
    fresh = named(200, times=1, rating=1.0, ratings=1, taught=1)

    chosen = offer([*best, fresh, *others], wanted, seed=seed, at=AT)

    new = {one.key for one in others if one.is_new} | {fresh.key}
    assert new & {one.key for one in chosen}


@given(a_candidate(), PEOPLE, st.integers(1, 5), st.integers(1, 5))
def test_more_of_what_counts_is_never_worse(one, wanted, more, fewer):
    base = score(one, wanted, at=AT)

    assert score(replace(one, times=one.times + more), wanted, at=AT) >= base
    assert score(replace(one, languages=one.languages | wanted.languages), wanted, at=AT) >= base
    assert score(replace(one, topics=one.topics | wanted.topics), wanted, at=AT) >= base
    assert score(replace(one, now=max(one.now - fewer, 0)), wanted, at=AT) >= base
    assert -1 < base <= 1


def test_who_has_no_students_yet_is_drawn_evenly():
    veterans = [known(number) for number in range(1, 6)]
    fresh = [named(number) for number in range(11, 15)]
    drawn = dict.fromkeys((one.key.int for one in fresh), 0)
    for student in range(2_000):
        (chosen,) = set(keys([*veterans, *fresh], seed=str(student).encode())) & set(drawn)
        drawn[chosen] += 1

    assert all(400 < number < 600 for number in drawn.values())


def test_the_same_student_sees_the_same_three():
    candidates = [known(number) for number in range(1, 9)]

    assert keys(candidates, seed=b"sam") == keys(candidates, seed=b"sam")
    assert len({tuple(keys(candidates, seed=bytes([number]))) for number in range(20)}) > 1


def test_a_common_language_outweighs_stars():
    german = Wanted(languages=spoken("Deutsch"))
    stars = known(1, languages=spoken("English"), rating=5.0, ratings=40)
    speaks = known(2, languages=spoken("deutsch, English"), rating=4.0, ratings=40)

    assert keys([stars, speaks], german) == [2, 1]
    assert offer([speaks], german, seed=b"x", at=AT)[0].reasons[0] == "Speaks Deutsch as you do"


def test_who_has_many_students_steps_back():
    assert keys([known(1, now=6, rating=5.0), known(2, now=0, rating=4.6)]) == [2, 1]


def test_somebody_new_with_whom_one_can_not_speak_is_not_drawn():
    german = Wanted(languages=spoken("Deutsch"))
    veterans = [known(number, languages=spoken("Deutsch")) for number in range(1, 5)]
    foreign = named(9, languages=spoken("Español"))

    assert 9 not in keys([*veterans, foreign], german)


def test_reasons_say_what_is_true_and_no_more():
    german = Wanted(languages=spoken("Deutsch"), topics=frozenset({"pricing"}))
    full = known(1, languages=spoken("Deutsch"), topics=frozenset({"pricing"}))
    bare = Candidate(UUID(int=2), next_at=AT + timedelta(days=9), taught=NEW_BELOW, rating=5.0)

    assert offer([full], german, seed=b"x", at=AT)[0].reasons == [
        "Speaks Deutsch as you do",
        "9 free times in your day",
        "Free within three days",
        "Knows pricing, which interests you",
        "Rated 4.9 by 15 students",
        "Taught 20 students",
    ]
    assert offer([bare], german, seed=b"x", at=AT)[0].reasons == ["Taught 3 students"]


def test_languages_are_read_as_people_write_them():
    assert spoken(" English,deutsch ; ESPAÑOL,, ") == {"English", "Deutsch", "Español"}
    assert spoken("") == frozenset()


def test_what_holds_for_all_of_them_is_no_reason_to_choose_one():
    found = offer(
        [known(1, languages=frozenset({"German"})), known(2, now=1), known(3, taught=21)],
        Wanted(languages=frozenset({"German"})),
        seed=b"sam",
        at=AT,
    )

    said = {one.key.int: one.reasons for one in found}
    assert said[1] == ["Speaks German as you do", "Taught 20 students"]
    assert said[3] == ["Taught 21 students"]


def test_the_creator_is_named_as_such_and_takes_no_place_of_the_new():
    candidates = [known(1), known(2), known(3), named(4, wrote=True), named(5, times=1)]

    found = offer(candidates, NOBODY, seed=b"sam", at=AT)

    assert found[-1].key.int == 5
    assert not candidates[3].is_new
    assert "Wrote this course" in offer([named(4, wrote=True)], NOBODY, seed=b"s", at=AT)[0].reasons
