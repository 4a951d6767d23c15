"""Queries of the catalog. Frequent ones take one query each and return plain values."""

from catalog.queries.cards import (
    SORTS,
    CardPage,
    CourseCard,
    CourseFilter,
    course_cards,
    featured_cards,
)
from catalog.queries.creators import creator_of_handle
from catalog.queries.detail import CourseDetail, Module, course_detail
from catalog.queries.own import modules_to_teach, own_courses, students_in_courses_of
from catalog.queries.related import Beside, Related, beside, ladder_example
from catalog.queries.shelves import Shelf, categories, shelves
from catalog.queries.suggestions import Interests, interests_of, people_to_follow

__all__ = [
    "SORTS",
    "Beside",
    "CardPage",
    "CourseCard",
    "CourseDetail",
    "CourseFilter",
    "Interests",
    "Module",
    "Related",
    "Shelf",
    "beside",
    "categories",
    "course_cards",
    "course_detail",
    "creator_of_handle",
    "featured_cards",
    "interests_of",
    "ladder_example",
    "modules_to_teach",
    "own_courses",
    "people_to_follow",
    "shelves",
    "students_in_courses_of",
]
