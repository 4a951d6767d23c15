"""What the database keeps beside the courses, so that no list has to read them all."""

from django.contrib.postgres.indexes import GinIndex
from django.db import models

from catalog.models.course import Category, Course
from catalog.models.triggers import WORDS_LIKE


class ShelfCount(models.Model):
    """Listed courses of one category and level. Written only by triggers on ``courses``."""

    pk = models.CompositePrimaryKey("category", "level")
    category = models.ForeignKey(Category, on_delete=models.CASCADE, related_name="shelves")
    level = models.CharField(max_length=12, choices=Course.Level.choices)
    courses = models.PositiveIntegerField()

    class Meta:
        db_table = "course_shelf_counts"

    def __str__(self) -> str:
        return f"{self.category_id} {self.level}: {self.courses}"


class CourseWord(models.Model):
    """A word that some course has: what a mistyped one may have meant.

    Written only by the trigger that fills ``Course.search``. A word that no course has any more
    stays; it leads to nothing.
    """

    word = models.CharField(max_length=40, primary_key=True)

    class Meta:
        db_table = "course_words"
        indexes = [GinIndex(fields=["word"], opclasses=["gin_trgm_ops"], name="course_word_trgm")]
        constraints = [WORDS_LIKE]

    def __str__(self) -> str:
        return self.word
