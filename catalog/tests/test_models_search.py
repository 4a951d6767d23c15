"""Triggers update the search and the counts after every change."""

import pytest
from django.db import connection

from catalog.models import Course, CourseModule, CourseObjective, CourseTag, CourseWord, ShelfCount
from catalog.queries import CourseFilter, course_cards
from catalog.tests.people import AT, a_shelf, clara
from peerloop.kit.paging import Page
from tests.cast import a_course

pytestmark = pytest.mark.django_db


def found(words: str) -> list[str]:
    return [card.title for card in course_cards(CourseFilter(search=words), Page(1, 20)).cards]


def test_each_part_of_a_course_is_searched():
    course = a_course(clara(name="Clara Quince"), title="Bread", description="Of sourdough. " * 6)
    CourseTag.objects.create(course=course, tag="baking")
    CourseObjective.objects.create(course=course, text="Score a loaf", position=1)
    CourseModule.objects.create(course=course, title="Fermentation", module_order=4)

    for words in ("bread", "sourdough", "baking", "score", "fermentation", "quince"):
        assert found(words) == ["Bread"], words


def test_accents_and_forms_of_a_word_are_the_same():
    a_course(title="Café menus and prompting")

    assert found("cafe") == found("CAFÉ") == found("prompts") == ["Café menus and prompting"]


@pytest.mark.parametrize(
    ("title", "searches"),
    [
        ("Node.js for beginners", ["node", "nodejs", "node.js", "NODE JS", "js", ".js"]),
        ("Modern Node JS", ["node.js", "node js"]),
        ("CI/CD with GitLab", ["ci", "cd", "ci/cd", "cicd", '"ci/cd with gitlab"']),
        ("ASP.NET Core", [".net", "net", "dotnet", "asp.net", "aspnet", "asp.net core"]),
        ("Vue.js 3", ["vue", "vuejs", "vue.js"]),
        ("TCP/IP explained", ["tcp", "ip", "tcp/ip", "tcpip", "TCP IP"]),
        ("A/B testing", ["a/b", "ab testing", "a/b testing"]),
        ("E-mail marketing", ["email", "e-mail", "mail"]),
        ("Wi-Fi at home", ["wifi", "wi-fi", "wi fi"]),
        ("3D modelling", ["3d", "3D models"]),
        ("R&D at O\u2019Brien\u2019s", ["r&d", "obrien", "o'brien"]),
        ("R for statistics", ["r"]),
        ("Objective-C", ["objective-c", "c"]),
        ("Web 2.0", ["2.0", "web 2.0"]),
        ("Scikit-learn/Pandas", ["scikit", "scikit-learn", "pandas", "learn pandas"]),
        ("https://peerloop.test/path", ["peerloop", "path"]),
        ("\u041f\u0440\u0438\u0432\u0435\u0442-\u043c\u0438\u0440", ["\u043c\u0438\u0440"]),
    ],
    ids=lambda value: ascii(value) if isinstance(value, str) else "",
)
def test_compounds_are_found_by_their_parts_and_as_a_whole(title, searches):
    a_course(title=title)
    a_course(title="Watercolour")

    for words in searches:
        assert found(words) == [title], words


@pytest.mark.parametrize(
    ("words", "titles"),
    [
        ("c", {"C by hand", "C/C++ by hand"}),
        ("C++", {"C++ by hand", "C++17 by hand", "C/C++ by hand"}),
        ("c#", {"C# by hand", "C\u266f by hand"}),
        ("F#", {"F# by hand"}),
        ("c++ -c", {"C++ by hand", "C++17 by hand"}),
        ("c -c++", {"C by hand"}),
        ("c or f#", {"C by hand", "C/C++ by hand", "F# by hand"}),
    ],
)
def test_languages_named_by_a_letter_are_told_apart(words, titles):
    for name in ("C", "C++", "C++17", "C#", "C\u266f", "F#", "C/C++"):
        a_course(title=f"{name} by hand")

    assert set(found(words)) == titles


@pytest.mark.parametrize(
    "title",
    [
        "日本語の基礎講座",
        "机器学习入门",
        "การเขียนโปรแกรม",
        "ພາສາລາວ",
        "ភាសាខ្មែរ",
        "မြန်မာဘာသာ",
        "བོད་སྐད་སློབ་ཚན",
        "파이썬으로 배우는 데이터",
        "𠮷野家の𩸽",
    ],
)
def test_any_two_letters_in_a_row_find_a_title_without_spaces(title):
    a_course(title=title)
    a_course(title="ひらがな 汉字 ไทย")

    for start in range(len(title) - 1):
        pair = title[start : start + 2]
        if " " not in pair:
            assert title in found(pair), pair
    assert found(title) == found(title[1:-1]) == [title]


def test_a_title_in_two_scripts_is_found_by_both():
    a_course(title="Python入門: 3日で学ぶNode.js")

    for words in ("python", "入門", "Python入門", "学ぶ", "nodejs", "入門 python", "門"):
        assert found(words) == ["Python入門: 3日で学ぶNode.js"], words
    a_course(title="Python上級")
    assert found("python -学ぶ") == found("python -Node.js") == ["Python上級"]


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("IT support from scratch", "IT"),
        ("The Who: songs of a band", "the who"),
        ("The Who: songs of a band", '"The Who"'),
        ("Being and not being", "not"),
        ("Will and how to train it", "will"),
    ],
)
def test_a_search_of_stop_words_alone_is_looked_up_as_typed(title, words):
    a_course(title=title)
    a_course(title="Watercolour", description="What is it that who paints will not be? " * 3)

    assert found(words) == [title]


def test_a_tag_and_a_creator_of_stop_words_are_found():
    course = a_course(clara(name="Will Can"), title="Bread")
    CourseTag.objects.create(course=course, tag="it")

    assert found("it") == found("will can") == ["Bread"]


@pytest.mark.parametrize(
    "words", ["-" * 200, "+-" * 100, '-"' * 100, "- " * 100, "基-" * 100, "or " * 66, "a/" * 100]
)
def test_a_row_of_signs_is_searched_without_an_error(words):
    a_course(title="Bread")

    assert found(words) == []


def test_a_long_text_in_any_script_is_searched():
    letters = "".join(map(chr, range(0x4E00, 0x4E00 + 20_000)))
    a_course(title="Characters", description=letters)
    a_course(title="Compounds", description=("node.js/ci-cd_" * 1_400)[:20_000])

    assert found(letters[19_000:19_002]) == ["Characters"]
    assert found("nodejs") == ["Compounds"]


def test_a_change_by_plain_sql_is_found_too():
    course = a_course(title="Bread")

    with connection.cursor() as cursor:
        cursor.execute("UPDATE courses SET title = 'Pottery' WHERE id = %s", [course.pk])

    assert (found("pottery"), found("bread")) == (["Pottery"], [])


def test_what_is_taken_away_is_no_longer_found():
    course = a_course(title="Bread")
    tag = CourseTag.objects.create(course=course, tag="baking")
    module = course.modules.get(module_order=1)

    tag.delete()
    CourseModule.objects.filter(pk=module.pk).update(title="Kneading")
    assert found("kneading") == ["Bread"]
    CourseModule.objects.filter(pk=module.pk).update(module_order=None, archived_at=AT)

    assert (found("baking"), found("kneading")) == ([], [])


def test_a_renamed_creator_is_found_by_the_new_name():
    creator = clara(name="Clara Quince")
    a_course(creator, title="Bread")

    creator.name = "Clara Medlar"
    creator.save()

    assert (found("medlar"), found("quince")) == (["Bread"], [])


def test_saving_a_course_with_an_old_search_column_keeps_it_true():
    stale = a_course(title="Bread")
    Course.objects.filter(pk=stale.pk).update(title="Pottery")
    stale.tagline = "By hand"
    stale.save()

    assert found("bread") == ["Bread"]


def test_the_words_of_courses_are_known():
    a_course(title="Café bread, 3 ways, on Node.js 入門")

    words = set(CourseWord.objects.values_list("word", flat=True))
    assert {"cafe", "bread", "ways", "nodejs"} <= words
    assert not [word for word in words if not word.isascii() or word[-1].isdigit()]


def test_many_modules_in_one_statement_refresh_the_course_once(django_assert_num_queries):
    course = a_course(title="Bread", modules=0)

    with django_assert_num_queries(1):
        CourseModule.objects.bulk_create(
            CourseModule(course=course, title=f"Step {place}", module_order=place)
            for place in range(1, 21)
        )

    assert found("step") == ["Bread"]


def counted() -> dict[tuple[str, str], int]:
    rows = ShelfCount.objects.values_list("category__name", "level", "courses")
    return {(shelf, level): courses for shelf, level, courses in rows if courses}


def test_shelves_count_listed_courses_only():
    cooking, crafts = a_shelf("Cooking"), a_shelf("Crafts")
    bread = a_course(category=cooking)
    a_course(category=cooking, level="advanced")
    a_course(category=crafts, published=False)
    assert counted() == {("Cooking", "beginner"): 1, ("Cooking", "advanced"): 1}

    Course.objects.filter(pk=bread.pk).update(category=crafts, level="advanced")
    assert counted() == {("Crafts", "advanced"): 1, ("Cooking", "advanced"): 1}

    Course.objects.filter(pk=bread.pk).update(status="suspended")
    assert counted() == {("Cooking", "advanced"): 1}

    Course.objects.filter(pk=bread.pk).update(status="published", student_count=7)
    assert counted() == {("Crafts", "advanced"): 1, ("Cooking", "advanced"): 1}

    Course.objects.filter(pk=bread.pk).update(deleted_at=AT)
    assert counted() == {("Cooking", "advanced"): 1}


def test_a_course_that_vanishes_is_no_longer_counted():
    a_course(category=a_shelf("Cooking"))
    a_course(published=False)

    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM peerloop_features")
        cursor.execute("DELETE FROM course_curriculum")
        cursor.execute("DELETE FROM courses")

    assert counted() == {}
