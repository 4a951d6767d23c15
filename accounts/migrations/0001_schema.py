import accounts.models.files
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.operations
import django.core.validators
import django.db.models.constraints
import django.db.models.deletion
import django.db.models.functions.text
import peerloop.kit.clock
import peerloop.kit.ids
import peerloop.kit.triggers
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    # The steps that this one stands for, where they were applied before.
    replaces = [
        ("accounts", "0001_initial"),
        ("accounts", "0002_applications_and_local_mail"),
        ("accounts", "0003_audit_log_is_append_only"),
        ("accounts", "0004_follows_and_blocks"),
        ("accounts", "0005_directories"),
        ("accounts", "0006_notification_preferences"),
        ("accounts", "0007_handle_shapes"),
        ("accounts", "0008_mail_batches"),
        ("accounts", "0009_web_sessions"),
        ("accounts", "0010_files"),
        ("accounts", "0011_address_changes"),
        ("accounts", "0012_sanctions"),
        ("accounts", "0013_own_data"),
        ("accounts", "0014_retention"),
        ("accounts", "0015_audit_chain"),
        ("accounts", "0016_bundled_notices"),
        ("accounts", "0017_goals"),
        ("accounts", "0018_dead_letters"),
        ("accounts", "0019_triggers_beside_models"),
        ("accounts", "0020_lists_without_counting"),
    ]

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        django.contrib.postgres.operations.BtreeGistExtension(),
        django.contrib.postgres.operations.TrigramExtension(),
        django.contrib.postgres.operations.UnaccentExtension(),
        migrations.CreateModel(
            name="AuditEntry",
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
                ("action", models.CharField(max_length=80)),
                ("object_type", models.CharField(max_length=60)),
                ("object_id", models.CharField(max_length=64)),
                ("before", models.JSONField(default=dict)),
                ("after", models.JSONField(default=dict)),
                ("reason", models.TextField(blank=True, max_length=2000)),
                ("request_id", models.CharField(blank=True, max_length=64)),
            ],
            options={
                "verbose_name_plural": "audit entries",
                "db_table": "audit_log",
                "indexes": [
                    models.Index(fields=["object_type", "object_id"], name="audit_object"),
                    models.Index(fields=["action", "-id"], name="audit_action"),
                    models.Index(fields=["created_at"], name="audit_created"),
                ],
                "constraints": [
                    peerloop.kit.triggers.Trigger(
                        body="RAISE EXCEPTION 'audit_log is append-only'\n    USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;",
                        name="audit_log_append_only",
                        on="BEFORE UPDATE OR DELETE",
                    ),
                    peerloop.kit.triggers.Trigger(
                        body="INSERT INTO audit_chain (entry_id, seq, prev_hash, hash) VALUES (NEW.id, NULL, '', '');\nRETURN NULL;",
                        is_deferred=True,
                        name="audit_log_waits",
                        on="AFTER INSERT",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="User",
            fields=[
                ("password", models.CharField(max_length=128, verbose_name="password")),
                (
                    "last_login",
                    models.DateTimeField(blank=True, null=True, verbose_name="last login"),
                ),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
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
                ("email", models.EmailField(max_length=254, unique=True)),
                ("name", models.CharField(max_length=100)),
                (
                    "handle",
                    models.CharField(
                        max_length=20,
                        validators=[
                            django.core.validators.RegexValidator("^[A-Za-z][A-Za-z0-9_]{2,19}$")
                        ],
                    ),
                ),
                ("title", models.CharField(blank=True, max_length=120)),
                ("bio", models.TextField(blank=True, max_length=5000)),
                ("bio_short", models.CharField(blank=True, max_length=160)),
                ("website", models.URLField(blank=True, max_length=300)),
                ("avatar_url", models.CharField(blank=True, max_length=500)),
                ("teaching_philosophy", models.TextField(blank=True, max_length=3000)),
                ("location", models.CharField(blank=True, max_length=120)),
                ("timezone", models.CharField(blank=True, max_length=64)),
                (
                    "requested_role",
                    models.CharField(
                        choices=[("student", "Student"), ("creator", "Creator")],
                        default="student",
                        max_length=10,
                    ),
                ),
                ("is_creator", models.BooleanField(default=False)),
                ("is_student_teacher", models.BooleanField(default=False)),
                ("is_moderator", models.BooleanField(default=False)),
                ("is_admin", models.BooleanField(default=False)),
                ("is_active", models.BooleanField(default=True)),
                ("privacy_public", models.BooleanField(default=False)),
                ("email_verified_at", models.DateTimeField(blank=True, null=True)),
                (
                    "email_status",
                    models.CharField(
                        choices=[
                            ("ok", "Ok"),
                            ("bounced", "Bounced"),
                            ("complained", "Complained"),
                        ],
                        default="ok",
                        max_length=12,
                    ),
                ),
                ("marketing_opt_out", models.BooleanField(default=False)),
                (
                    "stripe_account_id",
                    models.CharField(blank=True, max_length=255, null=True, unique=True),
                ),
                (
                    "stripe_account_status",
                    models.CharField(
                        choices=[
                            ("none", "None"),
                            ("pending", "Pending"),
                            ("active", "Active"),
                            ("restricted", "Restricted"),
                            ("deauthorized", "Deauthorized"),
                        ],
                        default="none",
                        max_length=14,
                    ),
                ),
                ("stripe_payouts_enabled", models.BooleanField(default=False)),
                ("stripe_details_submitted", models.BooleanField(default=False)),
                ("suspended_at", models.DateTimeField(blank=True, null=True)),
                ("suspended_until", models.DateTimeField(blank=True, null=True)),
                ("suspended_reason", models.TextField(blank=True, max_length=2000)),
                ("posting_banned_until", models.DateTimeField(blank=True, null=True)),
                (
                    "goals",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=8),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                ("onboarding_completed_at", models.DateTimeField(blank=True, null=True)),
                ("last_seen_at", models.DateTimeField(blank=True, null=True)),
                ("origin", models.JSONField(blank=True, default=dict)),
                ("token_version", models.PositiveIntegerField(default=0)),
                ("deleted_at", models.DateTimeField(blank=True, null=True)),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
            ],
            options={
                "db_table": "users",
                "indexes": [
                    models.Index(
                        models.Func(
                            django.db.models.functions.text.Lower("handle"),
                            models.Value("01i_"),
                            models.Value("oll"),
                            function="translate",
                            output_field=models.TextField(),
                        ),
                        name="users_handle_shape",
                    ),
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["name"], name="users_name_trgm", opclasses=["gin_trgm_ops"]
                    ),
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["handle"], name="users_handle_trgm", opclasses=["gin_trgm_ops"]
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at", None), ("privacy_public", True)),
                        fields=["is_creator"],
                        name="users_public_creators",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("deleted_at", None), ("is_creator", True), ("privacy_public", True)
                        ),
                        fields=["name", "id"],
                        name="users_public_creator_names",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at", None), ("privacy_public", True)),
                        fields=["is_student_teacher"],
                        name="users_public_teachers",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        django.db.models.functions.text.Lower("handle"), name="users_handle_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("handle__regex", "^[A-Za-z][A-Za-z0-9_]{2,19}$")),
                        name="users_handle_form",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("email", django.db.models.functions.text.Lower("email"))
                        ),
                        name="users_email_lower",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("stripe_payouts_enabled", False),
                            ("stripe_account_id__isnull", False),
                            _connector="OR",
                        ),
                        name="users_payouts_need_account",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("goals__contained_by", ["learn", "teach", "create"])),
                        name="users_goals",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("email_status__in", ["ok", "bounced", "complained"])),
                        name="users_email_status",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "stripe_account_status__in",
                                ["none", "pending", "active", "restricted", "deauthorized"],
                            )
                        ),
                        name="users_stripe_account_status",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AddressChange",
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
                ("old_email", models.EmailField(max_length=254)),
                ("new_email", models.EmailField(max_length=254)),
                ("confirm_hash", models.CharField(max_length=64, null=True, unique=True)),
                ("confirm_until", models.DateTimeField()),
                ("done_at", models.DateTimeField(null=True)),
                ("undo_hash", models.CharField(max_length=64, null=True, unique=True)),
                ("undo_until", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "address_changes",
                "indexes": [
                    models.Index(fields=["user", "created_at"], name="address_change_user"),
                    models.Index(
                        condition=models.Q(("ended_at", None), ("undo_hash__isnull", False)),
                        fields=["old_email"],
                        name="address_change_kept_free",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("done_at", None), ("ended_at", None)),
                        fields=("user",),
                        name="address_change_one_open",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("new_email", django.db.models.functions.text.Lower("new_email")),
                            ("old_email", django.db.models.functions.text.Lower("old_email")),
                            models.Q(("old_email", models.F("new_email")), _negated=True),
                        ),
                        name="address_change_addresses",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("undo_hash", None), ("undo_until", None)),
                            models.Q(
                                ("done_at__isnull", False),
                                ("undo_hash__isnull", False),
                                ("undo_until__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="address_change_way_back",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AuditLink",
            fields=[
                (
                    "entry",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="link",
                        serialize=False,
                        to="accounts.auditentry",
                    ),
                ),
                ("seq", models.BigIntegerField(null=True, unique=True)),
                ("prev_hash", models.CharField(max_length=64)),
                ("hash", models.CharField(max_length=64)),
            ],
            options={
                "db_table": "audit_chain",
                "constraints": [
                    peerloop.kit.triggers.Trigger(
                        body="IF TG_OP = 'INSERT' THEN\n    NEW.seq := NULL; NEW.prev_hash := ''; NEW.hash := '';\n    RETURN NEW;\nEND IF;\nIF TG_OP = 'UPDATE' AND OLD.seq IS NULL AND NEW.entry_id = OLD.entry_id THEN\n    RETURN NEW;\nEND IF;\nRAISE EXCEPTION 'audit_chain is append-only'\n    USING ERRCODE = 'integrity_constraint_violation';",
                        name="audit_chain_append_only",
                        on="BEFORE INSERT OR UPDATE OR DELETE",
                    ),
                    peerloop.kit.triggers.Trigger(
                        body="PERFORM pg_advisory_xact_lock(hashtextextended('audit_chain', 0));\nSELECT * INTO entry FROM audit_log WHERE id = NEW.entry_id;\nSELECT seq, hash INTO last_seq, last_hash FROM audit_chain\n    WHERE seq IS NOT NULL ORDER BY seq DESC LIMIT 1;\nlast_seq := coalesce(last_seq, 0);\nlast_hash := coalesce(last_hash, repeat('0', 64));\nUPDATE audit_chain\n    SET seq = last_seq + 1, prev_hash = last_hash,\n        hash = audit_hash(last_seq + 1, last_hash, entry)\n    WHERE entry_id = NEW.entry_id;\nRETURN NULL;",
                        declare="last_seq bigint; last_hash text; entry audit_log;",
                        is_deferred=True,
                        name="audit_chain_seals",
                        on="AFTER INSERT",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="auditentry",
            name="actor",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.CreateModel(
            name="AuditHead",
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
                ("day", models.DateField(unique=True)),
                ("seq", models.BigIntegerField()),
                ("hash", models.CharField(max_length=64)),
            ],
            options={
                "db_table": "audit_heads",
                "ordering": ("-day",),
                "constraints": [
                    peerloop.kit.triggers.Trigger(
                        body="RAISE EXCEPTION 'rows of % are only added', TG_TABLE_NAME\n    USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;",
                        name="audit_heads_append_only",
                        on="BEFORE UPDATE OR DELETE",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Block",
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
                    "blocked",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "blocker",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "user_blocks",
                "indexes": [models.Index(fields=["blocked"], name="block_blocked")],
                "constraints": [
                    models.UniqueConstraint(fields=("blocker", "blocked"), name="block_once"),
                    models.CheckConstraint(
                        condition=models.Q(("blocker", models.F("blocked")), _negated=True),
                        name="block_of_another",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CreatorApplication",
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
                ("expertise", models.TextField(blank=True, max_length=2000)),
                ("experience", models.TextField(blank=True, max_length=2000)),
                ("ideas", models.TextField(blank=True, max_length=2000)),
                ("portfolio_url", models.URLField(blank=True, max_length=300)),
                ("motivation", models.TextField(blank=True, max_length=2000)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("pending", "Pending"),
                            ("approved", "Approved"),
                            ("denied", "Denied"),
                        ],
                        default="pending",
                        max_length=8,
                    ),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("reason", models.TextField(blank=True, max_length=2000)),
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
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="creator_applications",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "creator_applications",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status", "pending")),
                        fields=("user",),
                        name="creator_application_one_open",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("decided_at", None), ("decided_by", None), ("status", "pending")
                            ),
                            models.Q(
                                ("decided_at__isnull", False),
                                ("status__in", ["approved", "denied"]),
                            ),
                            _connector="OR",
                        ),
                        name="creator_application_decided",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["pending", "approved", "denied"])),
                        name="creator_application_status",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DataExport",
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
                            ("queued", "Queued"),
                            ("ready", "Ready"),
                            ("failed", "Failed"),
                            ("expired", "Expired"),
                        ],
                        default="queued",
                        max_length=7,
                    ),
                ),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("next_try_at", models.DateTimeField(blank=True, null=True)),
                ("tables_done", models.PositiveSmallIntegerField(default=0)),
                ("tables_total", models.PositiveSmallIntegerField(default=0)),
                ("ready_at", models.DateTimeField(blank=True, null=True)),
                ("expires_at", models.DateTimeField(blank=True, null=True)),
                ("size", models.PositiveIntegerField(default=0)),
                ("archive_key", models.CharField(blank=True, max_length=64)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "data_exports",
                "indexes": [
                    models.Index(fields=["user", "-created_at"], name="data_export_user_newest"),
                    models.Index(
                        condition=models.Q(("status", "queued")),
                        fields=["next_try_at"],
                        name="data_export_waiting",
                    ),
                    models.Index(
                        condition=models.Q(("archive_key", ""), _negated=True),
                        fields=["expires_at"],
                        name="data_export_expiring",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["queued", "ready", "failed", "expired"])
                        ),
                        name="data_export_status",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("expires_at__gt", models.F("ready_at")),
                                ("ready_at__isnull", False),
                                ("status", "ready"),
                                models.Q(("archive_key", ""), _negated=True),
                            ),
                            models.Q(("status", "ready"), _negated=True),
                            _connector="OR",
                        ),
                        name="data_export_ready_is_whole",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("status", "queued")),
                        fields=("user",),
                        name="data_export_one_open",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Email",
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
                ("to", models.EmailField(max_length=254)),
                ("template", models.CharField(max_length=60)),
                ("context", models.JSONField(default=dict)),
                ("dedupe_key", models.CharField(max_length=200, unique=True)),
                (
                    "provider_id",
                    models.CharField(blank=True, max_length=255, null=True, unique=True),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("queued", "Queued"),
                            ("sending", "Sending"),
                            ("sent", "Sent"),
                            ("delivered", "Delivered"),
                            ("bounced", "Bounced"),
                            ("complained", "Complained"),
                            ("failed", "Failed"),
                            ("skipped", "Skipped"),
                        ],
                        default="queued",
                        max_length=10,
                    ),
                ),
                ("batch", models.UUIDField(blank=True, null=True)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("next_try_at", models.DateTimeField(blank=True, null=True)),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                ("error", models.TextField(blank=True)),
                ("emptied_at", models.DateTimeField(blank=True, null=True)),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "email_log",
                "indexes": [
                    models.Index(
                        condition=models.Q(("emptied_at", None)),
                        fields=["created_at"],
                        name="email_with_words",
                    ),
                    models.Index(
                        condition=models.Q(("status__in", ["queued", "sending"])),
                        fields=["next_try_at"],
                        name="email_waiting",
                    ),
                    models.Index(fields=["template", "-id"], name="email_template"),
                    models.Index(
                        condition=models.Q(("status", "failed")),
                        fields=["-updated_at", "-id"],
                        name="email_failed",
                    ),
                    models.Index(
                        condition=models.Q(("batch__isnull", False)),
                        fields=["batch"],
                        name="email_batch",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "status__in",
                                [
                                    "queued",
                                    "sending",
                                    "sent",
                                    "delivered",
                                    "bounced",
                                    "complained",
                                    "failed",
                                    "skipped",
                                ],
                            )
                        ),
                        name="email_status",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="DeadLetter",
            fields=[],
            options={
                "verbose_name": "dead letter",
                "proxy": True,
                "indexes": [],
                "constraints": [],
            },
            bases=("accounts.email",),
        ),
        migrations.CreateModel(
            name="EmailVerificationToken",
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
                ("email", models.EmailField(max_length=254)),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("expires_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(blank=True, null=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "email_verification_tokens",
                "indexes": [
                    models.Index(
                        condition=models.Q(("used_at", None)),
                        fields=["user"],
                        name="verification_open_by_user",
                    ),
                    models.Index(fields=["expires_at"], name="verification_age"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Erasure",
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
                ("due_at", models.DateTimeField()),
                ("token_hash", models.CharField(blank=True, max_length=64, null=True, unique=True)),
                ("undone_at", models.DateTimeField(blank=True, null=True)),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "undone_by",
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
                "db_table": "erasures",
                "indexes": [
                    models.Index(
                        condition=models.Q(("done_at", None), ("undone_at", None)),
                        fields=["due_at"],
                        name="erasure_waiting",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("due_at__gt", models.F("created_at"))),
                        name="erasure_due_later",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("undone_at__isnull", True), ("done_at__isnull", True), _connector="OR"
                        ),
                        name="erasure_undone_or_done",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("undone_by__isnull", True),
                            ("undone_at__isnull", False),
                            _connector="OR",
                        ),
                        name="erasure_undone_by_and_at",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("undone_at", None)),
                        fields=("user",),
                        name="erasure_one_standing",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Expertise",
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
                ("tag", models.CharField(max_length=40)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="expertise",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "user_expertise",
                "ordering": ["tag"],
                "indexes": [
                    models.Index(fields=["tag"], name="expertise_tag"),
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["tag"], name="expertise_tag_trgm", opclasses=["gin_trgm_ops"]
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("user", "tag"), name="expertise_once"),
                    models.CheckConstraint(
                        condition=models.Q(("tag", django.db.models.functions.text.Lower("tag"))),
                        name="expertise_lower",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="File",
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
                    "purpose",
                    models.CharField(
                        choices=[
                            ("avatar", "Avatar"),
                            ("profile_media", "Profile Media"),
                            ("course_image", "Course Image"),
                            ("resource", "Resource"),
                            ("session_material", "Session Material"),
                            ("homework", "Homework"),
                            ("message", "Message"),
                            ("recording", "Recording"),
                        ],
                        max_length=20,
                    ),
                ),
                ("name", models.CharField(max_length=200)),
                (
                    "key",
                    models.CharField(
                        default=accounts.models.files.new_key,
                        editable=False,
                        max_length=64,
                        unique=True,
                    ),
                ),
                ("content_type", models.CharField(max_length=100)),
                ("size", models.PositiveIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                ("width", models.PositiveIntegerField(blank=True, null=True)),
                ("height", models.PositiveIntegerField(blank=True, null=True)),
                (
                    "widths",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveSmallIntegerField(),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "scan",
                    models.CharField(
                        choices=[("pending", "Pending"), ("clean", "Clean"), ("bad", "Bad")],
                        default="pending",
                        max_length=8,
                    ),
                ),
                (
                    "scanner",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "nobody yet"),
                            ("clamd", "Clamd"),
                            ("made_anew", "Made Anew"),
                            ("none", "None"),
                        ],
                        max_length=10,
                    ),
                ),
                ("scan_tries", models.PositiveSmallIntegerField(default=0)),
                ("next_scan_at", models.DateTimeField(blank=True, null=True)),
                ("stored_at", models.DateTimeField(blank=True, null=True)),
                ("deleted_at", models.DateTimeField(blank=True, null=True)),
                ("erased_at", models.DateTimeField(blank=True, null=True)),
                (
                    "owner",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "files",
                "indexes": [
                    models.Index(
                        condition=models.Q(("deleted_at", None)),
                        fields=["owner", "purpose"],
                        name="file_owner_live",
                    ),
                    models.Index(fields=["owner"], name="file_owner"),
                    models.Index(fields=["content_type"], name="file_content_type"),
                    models.Index(
                        condition=models.Q(("scan", "pending")),
                        fields=["next_scan_at"],
                        name="file_scan_waits",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at", None), ("scanner", "none")),
                        fields=["created_at"],
                        name="file_not_scanned",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("erased_at", None),
                            models.Q(
                                ("stored_at", None), ("deleted_at__isnull", False), _connector="OR"
                            ),
                        ),
                        fields=["created_at"],
                        name="file_to_clear",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "purpose__in",
                                [
                                    "avatar",
                                    "profile_media",
                                    "course_image",
                                    "resource",
                                    "session_material",
                                    "homework",
                                    "message",
                                    "recording",
                                ],
                            )
                        ),
                        name="file_purpose",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("scan__in", ["pending", "clean", "bad"])),
                        name="file_scan",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("scanner__in", ["", "clamd", "made_anew", "none"])),
                        name="file_scanner",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True), name="file_named"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("size__gte", 1), ("size__lte", 52428800)),
                        name="file_size_in_bounds",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("sha256__regex", "^[0-9a-f]{64}$")), name="file_sha256"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("key__regex", "^[0-9a-f]{40,64}$")), name="file_key"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("height__isnull", True), ("width__isnull", True)),
                            models.Q(
                                ("height__gte", 1),
                                ("height__isnull", False),
                                ("width__gte", 1),
                                ("width__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="file_width_and_height",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("scan", "pending"), ("scanner", "")),
                            models.Q(
                                models.Q(("scan", "pending"), _negated=True),
                                models.Q(("scanner", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="file_scanner_with_scan",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("scan", "bad"), _negated=True),
                            ("deleted_at__isnull", False),
                            _connector="OR",
                        ),
                        name="file_bad_is_removed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("erased_at__isnull", True),
                            ("deleted_at__isnull", False),
                            _connector="OR",
                        ),
                        name="file_erased_after_removal",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Follow",
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
                    "followed",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "follower",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "follows",
                "indexes": [
                    models.Index(
                        fields=["followed", "-created_at", "-id"], name="follow_followed_newest"
                    ),
                    models.Index(
                        fields=["follower", "-created_at", "-id"], name="follow_follower_newest"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("follower", "followed"), name="follow_once"),
                    models.CheckConstraint(
                        condition=models.Q(("follower", models.F("followed")), _negated=True),
                        name="follow_of_another",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="IdempotencyKey",
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
                ("key", models.CharField(max_length=255)),
                ("path", models.CharField(max_length=200)),
                ("request_hash", models.CharField(max_length=64)),
                ("status", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("response", models.JSONField(blank=True, null=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "idempotency_keys",
                "indexes": [models.Index(fields=["created_at"], name="idempotency_created")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user", "key", "path"), name="idempotency_key_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="LocalMail",
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
                ("key", models.CharField(max_length=255, unique=True)),
                ("to", models.EmailField(max_length=254)),
                ("sender", models.CharField(max_length=300)),
                ("subject", models.CharField(max_length=998)),
                ("text", models.TextField()),
                ("html", models.TextField()),
                ("attachments", models.JSONField(default=list)),
            ],
            options={
                "db_table": "local_mails",
                "indexes": [models.Index(fields=["-created_at"], name="local_mail_newest")],
            },
        ),
        migrations.CreateModel(
            name="Notification",
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
                ("kind", models.CharField(max_length=40)),
                ("title", models.CharField(max_length=200)),
                ("body", models.CharField(blank=True, max_length=500)),
                ("url", models.CharField(blank=True, max_length=300)),
                ("data", models.JSONField(default=dict)),
                ("dedupe_key", models.CharField(blank=True, max_length=200, null=True)),
                ("bundle_key", models.CharField(blank=True, max_length=100, null=True)),
                ("bundle_count", models.PositiveIntegerField(db_default=1, default=1)),
                ("mail_due_at", models.DateTimeField(blank=True, null=True)),
                ("read_at", models.DateTimeField(blank=True, null=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "notifications",
                "indexes": [
                    models.Index(fields=["user", "-created_at"], name="notification_user_newest"),
                    models.Index(
                        condition=models.Q(("read_at", None)),
                        fields=["user"],
                        name="notification_unread",
                    ),
                    models.Index(fields=["created_at"], name="notification_age"),
                    models.Index(fields=["kind", "-id"], name="notification_kind"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user", "dedupe_key"), name="notification_once"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("bundle_key__isnull", False), ("read_at", None)),
                        fields=("user", "bundle_key"),
                        name="notification_bundle",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="NotificationPreference",
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
                    "group",
                    models.CharField(
                        choices=[
                            ("session_booked", "Sessions booked"),
                            ("session_reminder", "Session reminders"),
                            ("feedback_reminder", "Sessions held, and asking for a rating"),
                            ("new_message", "Messages"),
                            ("course_update", "Courses, new students and homework"),
                            ("certificate", "Certificates"),
                            ("payment", "Payments, refunds and payouts"),
                            ("social", "Followers and feeds"),
                            ("goodwill", "Goodwill and calls for help"),
                            ("marketing", "Newsletters and offers"),
                        ],
                        max_length=20,
                    ),
                ),
                ("in_app", models.BooleanField()),
                ("email", models.BooleanField()),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "notification_preferences",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user", "group"), name="notification_preference_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "group__in",
                                [
                                    "session_booked",
                                    "session_reminder",
                                    "feedback_reminder",
                                    "new_message",
                                    "course_update",
                                    "certificate",
                                    "payment",
                                    "social",
                                    "goodwill",
                                    "marketing",
                                ],
                            )
                        ),
                        name="notification_preference_group",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PasswordResetToken",
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
                ("email", models.EmailField(max_length=254)),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("expires_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(blank=True, null=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "password_reset_tokens",
                "indexes": [
                    models.Index(
                        condition=models.Q(("used_at", None)),
                        fields=["user"],
                        name="reset_open_by_user",
                    ),
                    models.Index(fields=["expires_at"], name="reset_age"),
                ],
            },
        ),
        migrations.CreateModel(
            name="PlatformSetting",
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
                ("key", models.CharField(max_length=80, unique=True)),
                ("value", models.JSONField()),
                (
                    "changed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "platform_settings",
            },
        ),
        migrations.CreateModel(
            name="Qualification",
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
                ("sentence", models.CharField(max_length=300)),
                ("position", models.PositiveSmallIntegerField()),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="qualifications",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "user_qualifications",
                "ordering": ["position"],
                "constraints": [
                    models.UniqueConstraint(
                        deferrable=django.db.models.constraints.Deferrable["DEFERRED"],
                        fields=("user", "position"),
                        name="qualification_position_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RateHit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("scope", models.CharField(max_length=30)),
                ("subject", models.CharField(max_length=80)),
                ("at", models.DateTimeField()),
            ],
            options={
                "db_table": "rate_hits",
                "indexes": [
                    models.Index(fields=["scope", "subject", "at"], name="rate_scope_subject_at"),
                    models.Index(fields=["at"], name="rate_age"),
                ],
            },
        ),
        migrations.CreateModel(
            name="RefreshToken",
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
                ("family", models.UUIDField()),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("expires_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(blank=True, null=True)),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
                ("agent", models.CharField(blank=True, max_length=300)),
                ("address", models.CharField(blank=True, max_length=64)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "refresh_tokens",
                "indexes": [
                    models.Index(fields=["family"], name="refresh_family"),
                    models.Index(fields=["expires_at"], name="refresh_age"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Sanction",
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
                        choices=[("posting_ban", "posting ban"), ("suspension", "Suspension")],
                        max_length=11,
                    ),
                ),
                ("reason", models.TextField(max_length=2000)),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField(blank=True, null=True)),
                ("flag_id", models.UUIDField(blank=True, null=True)),
                ("lifted_at", models.DateTimeField(blank=True, null=True)),
                (
                    "issued_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "lifted_by",
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
                "db_table": "user_sanctions",
                "indexes": [
                    models.Index(
                        condition=models.Q(("lifted_at", None)),
                        fields=["user", "kind"],
                        name="sanction_standing",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["posting_ban", "suspension"])),
                        name="sanction_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_at__isnull", True),
                            ("ends_at__gt", models.F("starts_at")),
                            _connector="OR",
                        ),
                        name="sanction_ends_after_start",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("lifted_at__isnull", True),
                            ("lifted_at__gte", models.F("starts_at")),
                            _connector="OR",
                        ),
                        name="sanction_lifted_after_start",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("lifted_by__isnull", True),
                            ("lifted_at__isnull", False),
                            _connector="OR",
                        ),
                        name="sanction_lifted_by_and_at",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("user", models.F("issued_by")), _negated=True),
                        name="sanction_by_another",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="UserMedia",
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
                        choices=[("image", "Image"), ("video_link", "Video Link"), ("pdf", "Pdf")],
                        max_length=10,
                    ),
                ),
                ("title", models.CharField(max_length=120)),
                ("url", models.CharField(blank=True, max_length=300)),
                ("position", models.PositiveSmallIntegerField()),
                (
                    "file",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.file",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "user media",
                "db_table": "user_media",
                "ordering": ["position"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["image", "video_link", "pdf"])),
                        name="user_media_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("file__isnull", True),
                                ("kind", "video_link"),
                                models.Q(("url", ""), _negated=True),
                            ),
                            models.Q(
                                ("file__isnull", False), ("kind__in", ["image", "pdf"]), ("url", "")
                            ),
                            _connector="OR",
                        ),
                        name="user_media_file_or_link",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("title", ""), _negated=True), name="user_media_titled"
                    ),
                    models.UniqueConstraint(
                        deferrable=django.db.models.constraints.Deferrable["DEFERRED"],
                        fields=("user", "position"),
                        name="user_media_position_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="UserStats",
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
                ("students_taught", models.PositiveIntegerField(default=0)),
                ("courses_created", models.PositiveIntegerField(default=0)),
                ("courses_completed", models.PositiveIntegerField(default=0)),
                ("sessions_completed", models.PositiveIntegerField(default=0)),
                (
                    "average_rating",
                    models.DecimalField(blank=True, decimal_places=1, max_digits=2, null=True),
                ),
                ("total_reviews", models.PositiveIntegerField(default=0)),
                ("follower_count", models.PositiveIntegerField(default=0)),
                ("following_count", models.PositiveIntegerField(default=0)),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="stats",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "user stats",
                "db_table": "user_stats",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("average_rating__isnull", True),
                            models.Q(("average_rating__gte", 1), ("average_rating__lte", 5)),
                            _connector="OR",
                        ),
                        name="user_stats_rating_1_to_5",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="WebhookEvent",
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
                ("provider", models.CharField(max_length=20)),
                ("event_id", models.CharField(max_length=255)),
                ("kind", models.CharField(max_length=100)),
                ("payload", models.JSONField()),
                ("received_at", models.DateTimeField()),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("new", "New"),
                            ("done", "Done"),
                            ("ignored", "Ignored"),
                            ("failed", "Failed"),
                        ],
                        default="new",
                        max_length=8,
                    ),
                ),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("next_try_at", models.DateTimeField(blank=True, null=True)),
                ("error", models.TextField(blank=True)),
                ("emptied_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "db_table": "webhook_events",
                "indexes": [
                    models.Index(fields=["status", "received_at"], name="webhook_status_received"),
                    models.Index(
                        condition=models.Q(
                            ("emptied_at", None), ("status__in", ["done", "ignored"])
                        ),
                        fields=["received_at"],
                        name="webhook_with_payload",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("provider", "event_id"), name="webhook_event_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["new", "done", "ignored", "failed"])),
                        name="webhook_event_status",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="WebSession",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("session_data", models.TextField()),
                ("expire_date", models.DateTimeField(db_index=True)),
                ("agent", models.CharField(blank=True, max_length=300)),
                ("address", models.CharField(blank=True, max_length=64)),
                ("began_at", models.DateTimeField()),
                ("seen_at", models.DateTimeField()),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "web_sessions",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("seen_at__gte", models.F("began_at"))),
                        name="web_session_seen_after_it_began",
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="auditentry",
            index=models.Index(fields=["actor", "created_at"], name="audit_actor_created"),
        ),
        migrations.AddConstraint(
            model_name="auditentry",
            constraint=peerloop.kit.triggers.Function(
                body="SELECT octet_length(coalesce(word, '')) || ':' || coalesce(word, '')",
                name="audit_word",
                options="LANGUAGE sql IMMUTABLE",
                returns="text",
                signature="word text",
            ),
        ),
        migrations.AddConstraint(
            model_name="auditentry",
            constraint=peerloop.kit.triggers.Function(
                body="SELECT to_char(moment AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')",
                name="audit_moment",
                options="LANGUAGE sql STABLE",
                returns="text",
                signature="moment timestamptz",
            ),
        ),
        migrations.AddConstraint(
            model_name="auditentry",
            constraint=peerloop.kit.triggers.Function(
                body="SELECT encode(sha256(convert_to(\n    audit_word(number::text) || audit_word(before_it) || audit_word(row_.id::text)\n    || audit_word(audit_moment(row_.created_at))\n    || audit_word(audit_moment(row_.updated_at))\n    || audit_word(row_.actor_id::text) || audit_word(row_.action)\n    || audit_word(row_.object_type) || audit_word(row_.object_id)\n    || audit_word(row_.before::text) || audit_word(row_.after::text)\n    || audit_word(row_.reason) || audit_word(row_.request_id), 'UTF8')), 'hex')",
                name="audit_hash",
                options="LANGUAGE sql STABLE",
                returns="text",
                signature="number bigint, before_it text, row_ audit_log",
            ),
        ),
    ]
