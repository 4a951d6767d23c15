"""Typing errors, letter by letter."""

import pytest

from catalog.queries.meaning import Meaning, errors_between, nearest, words_of


@pytest.mark.parametrize(
    ("first", "second", "errors"),
    [
        ("python", "python", 0),
        ("pyhton", "python", 1),
        ("promting", "prompting", 1),
        ("desgin", "design", 1),
        ("reaserch", "research", 2),
        ("react", "create", 3),
        ("", "abc", 3),
    ],
)
def test_errors_are_counted_like_a_typist_makes_them(first, second, errors):
    assert errors_between(first, second) == errors_between(second, first) == errors


def test_a_known_word_stands_for_itself():
    assert nearest("data", ["data", "database", "date"]) == ("data",)


def test_the_beginning_of_words_stands_for_them():
    assert nearest("mark", ["marketing", "markdown", "dark"]) == ("markdown", "marketing")


def test_the_nearest_words_win():
    assert nearest("pyhton", ["python", "photon", "typhoon"]) == ("python",)


def test_short_words_are_taken_as_they_are():
    assert nearest("sql", ["sal", "sq"]) == ()


def test_far_words_are_not_guessed():
    assert nearest("watercolour", ["watches", "colours"]) == ()


def test_words_are_taken_without_signs_and_exclusions():
    assert words_of('"Deep  learning" -python c++ deep x_y') == ["deep", "learning"]
    assert words_of("!!! a b") == []


def test_a_meaning_is_read_out_and_asked_for():
    meaning = Meaning((("python",), ("markdown", "marketing")))

    assert meaning.text == "python markdown"
    assert meaning.query(every=True) == "(python) & (markdown | marketing)"
    assert meaning.query(every=False) == "(python) | (markdown | marketing)"
