"""Counts and words that triggers store, so that no query has to read all courses."""

from django.contrib.postgres.indexes import GinIndex
from django.db import models

from catalog.models.course import Category, Course
from catalog.models.search import FUNCTIONS


class ShelfCount(models.Model):
    """The number of listed courses of one category and level; written only by triggers."""

    pk = models.CompositePrimaryKey("category", "level")
    category = models.ForeignKey(Category, on_delete=models.CASCADE, related_name="shelves")
    level = models.CharField(max_length=12, choices=Course.Level.choices)
    courses = models.PositiveIntegerField()

    class Meta:
        db_table = "course_shelf_counts"

    def __str__(self) -> str:
        return f"{self.category_id} {self.level}: {self.courses}"


class CourseWord(models.Model):
    """A word of a course, to suggest corrections of typing errors in a search.

    Written only by the trigger that fills ``Course.search``. A word that no course uses any more is
    not removed; a search for it finds nothing.
    """

    word = models.CharField(max_length=40, primary_key=True)

    class Meta:
        db_table = "course_words"
        indexes = [GinIndex(fields=["word"], opclasses=["gin_trgm_ops"], name="course_word_trgm")]
        constraints = FUNCTIONS

    def __str__(self) -> str:
        return self.word
