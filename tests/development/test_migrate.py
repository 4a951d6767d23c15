"""`manage.py migrate` makes fewer classes than Django's; what a migration sees stays right."""

from django.db import migrations, models

from peerloop.management.commands.migrate import _fewer_classes

MAKING = (
    migrations.CreateModel("Shelf", [("id", models.IntegerField(primary_key=True))]),
    migrations.CreateModel(
        "Book",
        [
            ("id", models.IntegerField(primary_key=True)),
            ("shelf", models.ForeignKey("lib.Shelf", models.CASCADE)),
            ("pages", models.IntegerField()),
        ],
    ),
    migrations.AddIndex("Book", models.Index(fields=["pages"], name="by_pages")),
    migrations.AddConstraint(
        "Book", models.CheckConstraint(condition=models.Q(pages__gt=0), name="has_pages")
    ),
    migrations.AddConstraint(
        "Book", models.UniqueConstraint(fields=["shelf", "pages"], name="no_twins")
    ),
    migrations.RemoveConstraint("Book", "has_pages"),
)


def migrated() -> migrations.state.ProjectState:
    """The state after the steps, whose classes are made from the first on."""
    state = migrations.state.ProjectState()
    state.apps  # noqa: B018
    with _fewer_classes():
        for step in MAKING:
            step.state_forwards("lib", state)
    return state


def test_the_classes_know_the_indexes_and_constraints_of_their_state() -> None:
    book = migrated().apps.get_model("lib", "Book")

    assert [one.name for one in book._meta.indexes] == ["by_pages"]
    assert [one.name for one in book._meta.constraints] == ["no_twins"]


def test_code_in_a_migration_gets_complete_models() -> None:
    state = migrated()
    state.clear_delayed_apps_cache()  # as RunPython does
    shelf, book = (state.apps.get_model("lib", name) for name in ("Shelf", "Book"))

    assert [one.related_model for one in shelf._meta.related_objects] == [book]
    assert [one.name for one in book._meta.constraints] == ["no_twins"]


def test_a_column_that_is_pointed_at_is_known_as_such() -> None:
    state = migrated()
    with _fewer_classes():
        migrations.AlterField(
            "Shelf", "id", models.BigIntegerField(primary_key=True)
        ).state_forwards("lib", state)
    shelf, book = (state.apps.get_model("lib", name) for name in ("Shelf", "Book"))

    assert [one.related_model for one in shelf._meta.related_objects] == [book]


def test_the_classes_know_columns_that_came_and_went() -> None:
    state = migrated()
    with _fewer_classes():
        for step in (
            migrations.AddField("Book", "next", models.ForeignKey("lib.Book", models.CASCADE)),
            migrations.AlterField("Book", "pages", models.BigIntegerField()),
            migrations.RemoveField("Book", "shelf"),
        ):
            step.state_forwards("lib", state)
    shelf, book = (state.apps.get_model("lib", name) for name in ("Shelf", "Book"))

    assert [field.name for field in book._meta.fields] == ["id", "pages", "next"]
    assert isinstance(book._meta.get_field("pages"), models.BigIntegerField)
    assert book._meta.get_field("next").related_model is book
    assert list(shelf._meta.related_objects) == []


def test_a_model_that_inherits_gets_the_new_columns() -> None:
    state = migrated()
    with _fewer_classes():
        for step in (
            migrations.CreateModel("Novel", [], bases=("lib.book",), options={"proxy": True}),
            migrations.AddField("Book", "title", models.TextField()),
        ):
            step.state_forwards("lib", state)

    novel = state.apps.get_model("lib", "Novel")
    assert "title" in [field.name for field in novel._meta.fields]


def test_what_points_at_a_column_follows_its_type() -> None:
    state = migrated()
    with _fewer_classes():
        migrations.AlterField("Shelf", "id", models.TextField(primary_key=True)).state_forwards(
            "lib", state
        )

    pointing = state.apps.get_model("lib", "Book")._meta.get_field("shelf")
    assert isinstance(pointing.target_field, models.TextField)
