import django.db.models.deletion
import peerloop.kit.clock
import peerloop.kit.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    # The steps that this one stands for, where they were applied before.
    replaces = [
        ("learning", "0001_initial"),
        ("learning", "0002_dispute_without_memory"),
        ("learning", "0003_lists_without_counting"),
        ("learning", "0004_orders_of_lists"),
    ]

    dependencies = [
        ("accounts", "__first__"),
        ("catalog", "0001_schema"),
    ]

    operations = [
        migrations.CreateModel(
            name="Certificate",
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
                    "type",
                    models.CharField(
                        choices=[
                            ("completion", "Completion"),
                            ("mastery", "Mastery"),
                            ("teaching", "Teaching"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("pending", "Pending"),
                            ("issued", "Issued"),
                            ("declined", "Declined"),
                            ("revoked", "Revoked"),
                        ],
                        default="pending",
                        max_length=8,
                    ),
                ),
                ("code", models.CharField(blank=True, max_length=12, null=True, unique=True)),
                ("recommended_at", models.DateTimeField(blank=True, null=True)),
                ("auto_issue_at", models.DateTimeField(blank=True, null=True)),
                ("issued_at", models.DateTimeField(blank=True, null=True)),
                ("declined_reason", models.TextField(blank=True, max_length=2000)),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
                ("revoked_reason", models.TextField(blank=True, max_length=2000)),
                (
                    "course",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="catalog.course",
                    ),
                ),
                (
                    "issued_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "recommended_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "revoked_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "certificates",
                "indexes": [
                    models.Index(fields=["course", "status"], name="certificate_course_status"),
                    models.Index(fields=["-created_at", "-id"], name="certificate_newest"),
                    models.Index(
                        fields=["user", "-created_at", "-id"], name="certificate_user_newest"
                    ),
                    models.Index(
                        condition=models.Q(("status", "pending")),
                        fields=["auto_issue_at"],
                        name="certificate_due",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status__in", ["pending", "issued"])),
                        fields=("user", "course", "type"),
                        name="certificate_one_live",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("type__in", ["completion", "mastery", "teaching"])),
                        name="certificate_type",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status__in", ["issued", "revoked"]), _negated=True),
                            models.Q(("code__isnull", False), ("issued_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="certificate_issued_has_code",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("revoked_at__isnull", False), ("status", "revoked")),
                            models.Q(
                                models.Q(("status", "revoked"), _negated=True),
                                ("revoked_at__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="certificate_revoked_at",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CertificateEvent",
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
                ("from_status", models.CharField(blank=True, max_length=8)),
                ("to_status", models.CharField(max_length=8)),
                ("reason", models.TextField(blank=True, max_length=2000)),
                (
                    "actor",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "certificate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="learning.certificate",
                    ),
                ),
            ],
            options={
                "db_table": "certificate_events",
            },
        ),
        migrations.CreateModel(
            name="Enrollment",
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
                    "status",
                    models.CharField(
                        choices=[
                            ("enrolled", "Enrolled"),
                            ("in_progress", "In Progress"),
                            ("completed", "Completed"),
                            ("cancelled", "Cancelled"),
                            ("disputed", "Disputed"),
                        ],
                        default="enrolled",
                        max_length=12,
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("checkout", "Checkout"),
                            ("comp", "Comp"),
                            ("sponsor", "Sponsor"),
                        ],
                        default="checkout",
                        max_length=10,
                    ),
                ),
                ("modules_paid", models.PositiveSmallIntegerField()),
                ("session_credits", models.PositiveSmallIntegerField(default=0)),
                ("extra_sessions", models.PositiveSmallIntegerField(default=0)),
                ("progress_percent", models.PositiveSmallIntegerField(default=0)),
                ("started_at", models.DateTimeField(blank=True, null=True)),
                ("completed_at", models.DateTimeField(blank=True, null=True)),
                ("completion_fired_at", models.DateTimeField(blank=True, null=True)),
                ("cancelled_at", models.DateTimeField(blank=True, null=True)),
                ("cancel_reason", models.TextField(blank=True, max_length=2000)),
                ("booking_blocked_at", models.DateTimeField(blank=True, null=True)),
                ("guarantee_used_at", models.DateTimeField(blank=True, null=True)),
                (
                    "cancelled_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "course",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="catalog.course",
                    ),
                ),
                (
                    "student",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "teacher",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "enrollments",
                "indexes": [
                    models.Index(fields=["created_at"], name="enrollment_created"),
                    models.Index(fields=["course", "status"], name="enrollment_course_status"),
                    models.Index(fields=["teacher", "status"], name="enrollment_teacher_status"),
                    models.Index(
                        fields=["student", "created_at"], name="enrollment_student_created"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status__in", ["enrolled", "in_progress"])),
                        fields=("student", "course"),
                        name="enrollment_one_active",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "status__in",
                                ["enrolled", "in_progress", "completed", "cancelled", "disputed"],
                            )
                        ),
                        name="enrollment_status",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("modules_paid__gte", 1)), name="enrollment_modules_paid"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("progress_percent__lte", 100)),
                        name="enrollment_progress_0_to_100",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "completed"), _negated=True),
                            ("completed_at__isnull", False),
                            _connector="OR",
                        ),
                        name="enrollment_completed_at",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("cancelled_at__isnull", False), ("status", "cancelled")),
                            models.Q(
                                models.Q(("status", "cancelled"), _negated=True),
                                ("cancelled_at__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="enrollment_cancelled_at",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("teacher__isnull", True),
                            models.Q(("teacher", models.F("student")), _negated=True),
                            _connector="OR",
                        ),
                        name="enrollment_not_own_teacher",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="certificate",
            name="enrollment",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="certificates",
                to="learning.enrollment",
            ),
        ),
        migrations.CreateModel(
            name="ModuleProgress",
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
                ("delivered_at", models.DateTimeField(blank=True, null=True)),
                ("is_complete", models.BooleanField(default=False)),
                ("completed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "enrollment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="progress",
                        to="learning.enrollment",
                    ),
                ),
                (
                    "module",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="catalog.coursemodule",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "module progress",
                "db_table": "module_progress",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("enrollment", "module"), name="module_progress_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("completed_at__isnull", False), ("is_complete", True)),
                            models.Q(("completed_at__isnull", True), ("is_complete", False)),
                            _connector="OR",
                        ),
                        name="module_progress_completed_at",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StudentTeacher",
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
                ("is_active", models.BooleanField(default=True)),
                ("teaching_active", models.BooleanField(default=True)),
                ("certified_date", models.DateField()),
                ("waiver_reason", models.TextField(blank=True, max_length=2000)),
                ("students_taught", models.PositiveIntegerField(default=0)),
                (
                    "rating",
                    models.DecimalField(blank=True, decimal_places=1, max_digits=2, null=True),
                ),
                ("rating_count", models.PositiveIntegerField(default=0)),
                ("deactivated_reason", models.TextField(blank=True, max_length=2000)),
                (
                    "certificate",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="student_teacher",
                        to="learning.certificate",
                    ),
                ),
                (
                    "certified_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "course",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="catalog.course",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "student_teachers",
                "indexes": [
                    models.Index(
                        condition=models.Q(("is_active", True), ("teaching_active", True)),
                        fields=["course"],
                        name="student_teacher_teaching",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("user", "course"), name="student_teacher_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("rating__isnull", True), ("rating_count", 0)),
                            models.Q(("rating__isnull", False), ("rating_count__gte", 1)),
                            _connector="OR",
                        ),
                        name="student_teacher_rating",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="enrollment",
            name="student_teacher",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="enrollments",
                to="learning.studentteacher",
            ),
        ),
        migrations.CreateModel(
            name="TeacherChange",
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
                ("reason", models.TextField(blank=True, max_length=2000)),
                (
                    "side",
                    models.CharField(
                        choices=[
                            ("student", "Student"),
                            ("teacher", "Teacher"),
                            ("admin", "Admin"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "enrollment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="learning.enrollment",
                    ),
                ),
                (
                    "new_teacher",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "old_teacher",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "teacher_changes",
            },
        ),
        migrations.CreateModel(
            name="TeachingApplication",
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
                    "status",
                    models.CharField(
                        choices=[
                            ("pending", "Pending"),
                            ("approved", "Approved"),
                            ("declined", "Declined"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="pending",
                        max_length=10,
                    ),
                ),
                ("message", models.TextField(blank=True, max_length=5000)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("reason", models.TextField(blank=True, max_length=2000)),
                (
                    "course",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="catalog.course",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "enrollment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="applications",
                        to="learning.enrollment",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "teaching_applications",
                "indexes": [
                    models.Index(fields=["course", "status"], name="application_course_status"),
                    models.Index(fields=["created_at", "id"], name="application_oldest"),
                    models.Index(
                        fields=["user", "created_at", "id"], name="application_user_oldest"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status", "pending")),
                        fields=("user", "course"),
                        name="teaching_application_one_pending",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status__in", ["approved", "declined"]), _negated=True),
                            models.Q(("decided_at__isnull", False), ("decided_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="teaching_application_decided",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="certificate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("type", "teaching"), ("enrollment__isnull", False), _connector="OR"
                ),
                name="certificate_needs_enrollment",
            ),
        ),
        migrations.AddConstraint(
            model_name="enrollment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("student_teacher__isnull", True), ("teacher__isnull", True)),
                    models.Q(("student_teacher__isnull", False), ("teacher__isnull", False)),
                    _connector="OR",
                ),
                name="enrollment_teacher_pair",
            ),
        ),
    ]
