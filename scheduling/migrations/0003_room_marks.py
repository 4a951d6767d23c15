"""Marks of a room as evidence of attendance; three more figures in an assessment."""

import django.db.models.deletion
import peerloop.kit.clock
import peerloop.kit.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("scheduling", "0002_seats_and_windows"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="RoomMark",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=peerloop.kit.ids.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(default=peerloop.kit.clock.now, editable=False),
                ),
                (
                    "updated_at",
                    models.DateTimeField(default=peerloop.kit.clock.now, editable=False),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("click", "Click"),
                            ("joined", "Joined"),
                            ("left", "Left"),
                            ("ended", "Ended"),
                        ],
                        max_length=6,
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[("event", "Event"), ("poll", "Poll"), ("click", "Click")],
                        max_length=5,
                    ),
                ),
                ("reference", models.CharField(blank=True, max_length=160)),
                ("at", models.DateTimeField()),
                ("is_deliberate", models.BooleanField(default=False)),
            ],
            options={
                "db_table": "room_marks",
            },
        ),
        migrations.AddField(
            model_name="sessionassessment",
            name="interaction",
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="sessionassessment",
            name="materials",
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="sessionassessment",
            name="teaching",
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.AddConstraint(
            model_name="sessionassessment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("teaching__isnull", True),
                        models.Q(("teaching__gte", 1), ("teaching__lte", 5)),
                        _connector="OR",
                    ),
                    models.Q(
                        ("interaction__isnull", True),
                        models.Q(("interaction__gte", 1), ("interaction__lte", 5)),
                        _connector="OR",
                    ),
                    models.Q(
                        ("materials__isnull", True),
                        models.Q(("materials__gte", 1), ("materials__lte", 5)),
                        _connector="OR",
                    ),
                ),
                name="assessment_parts_1_to_5",
            ),
        ),
        migrations.AddField(
            model_name="roommark",
            name="session",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="marks",
                to="scheduling.session",
            ),
        ),
        migrations.AddField(
            model_name="roommark",
            name="user",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="roommark",
            constraint=models.UniqueConstraint(
                fields=("session", "user", "kind", "source", "reference"),
                name="room_mark_once",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="roommark",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["click", "joined", "left", "ended"])),
                name="room_mark_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="roommark",
            constraint=models.CheckConstraint(
                condition=models.Q(("source__in", ["event", "poll", "click"])),
                name="room_mark_source",
            ),
        ),
        migrations.AddConstraint(
            model_name="roommark",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "ended"), ("user__isnull", True)),
                    models.Q(models.Q(("kind", "ended"), _negated=True), ("user__isnull", False)),
                    _connector="OR",
                ),
                name="room_mark_of_whom",
            ),
        ),
    ]
