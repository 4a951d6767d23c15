"""The audit log as a chain: each entry is numbered and hashed with the one before (OPS-5).

Two deferred triggers seal an entry at the end of its transaction. The first only notes that the
entry waits; the second runs after all other deferred checks, takes the lock of the chain and holds
it for the commit itself and nothing else: acts that run at once can't fork the chain, and can't
wait for each other in a circle.

What is hashed: number, hash before, and all columns, each as its length in bytes, a colon and its
text, one after the other (see accounts/audit/chain.py, which computes the same without the
database's help).
"""

import django.db.models.deletion
import peerloop.kit.clock
import peerloop.kit.ids
from django.db import migrations, models

FUNCTIONS = """
CREATE FUNCTION audit_word(word text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT octet_length(coalesce(word, '')) || ':' || coalesce(word, '')
$$;

CREATE FUNCTION audit_moment(moment timestamptz) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT to_char(moment AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
$$;

CREATE FUNCTION audit_hash(number bigint, before_it text, row_ audit_log) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT encode(sha256(convert_to(
        audit_word(number::text) || audit_word(before_it) || audit_word(row_.id::text)
        || audit_word(audit_moment(row_.created_at)) || audit_word(audit_moment(row_.updated_at))
        || audit_word(row_.actor_id::text) || audit_word(row_.action)
        || audit_word(row_.object_type) || audit_word(row_.object_id)
        || audit_word(row_.before::text) || audit_word(row_.after::text)
        || audit_word(row_.reason) || audit_word(row_.request_id), 'UTF8')), 'hex')
$$;

CREATE FUNCTION audit_wait() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO audit_chain (entry_id, seq, prev_hash, hash) VALUES (NEW.id, NULL, '', '');
    RETURN NULL;
END
$$;

CREATE FUNCTION audit_seal() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    last_seq bigint;
    last_hash text;
    entry audit_log;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('audit_chain', 0));
    SELECT * INTO entry FROM audit_log WHERE id = NEW.entry_id;
    SELECT seq, hash INTO last_seq, last_hash FROM audit_chain
        WHERE seq IS NOT NULL ORDER BY seq DESC LIMIT 1;
    last_seq := coalesce(last_seq, 0);
    last_hash := coalesce(last_hash, repeat('0', 64));
    UPDATE audit_chain
        SET seq = last_seq + 1, prev_hash = last_hash,
            hash = audit_hash(last_seq + 1, last_hash, entry)
        WHERE entry_id = NEW.entry_id;
    RETURN NULL;
END
$$;

CREATE FUNCTION audit_chain_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.seq := NULL; NEW.prev_hash := ''; NEW.hash := '';
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.seq IS NULL AND NEW.entry_id = OLD.entry_id THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'audit_chain is append-only' USING ERRCODE = 'integrity_constraint_violation';
END
$$;
"""

EXISTING = """
DO $$
DECLARE
    number bigint := 0;
    head text := repeat('0', 64);
    entry audit_log;
BEGIN
    LOCK TABLE audit_log IN SHARE ROW EXCLUSIVE MODE;
    FOR entry IN SELECT * FROM audit_log ORDER BY created_at, id LOOP
        number := number + 1;
        INSERT INTO audit_chain (entry_id, seq, prev_hash, hash)
            VALUES (entry.id, number, head, audit_hash(number, head, entry))
            RETURNING hash INTO head;
    END LOOP;
END
$$;
"""

TRIGGERS = """
CREATE TRIGGER audit_chain_append_only BEFORE INSERT OR UPDATE OR DELETE ON audit_chain
    FOR EACH ROW EXECUTE FUNCTION audit_chain_guard();
CREATE CONSTRAINT TRIGGER audit_log_waits AFTER INSERT ON audit_log
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_wait();
CREATE CONSTRAINT TRIGGER audit_chain_seals AFTER INSERT ON audit_chain
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_seal();
CREATE TRIGGER audit_heads_append_only BEFORE UPDATE OR DELETE ON audit_heads
    FOR EACH ROW EXECUTE FUNCTION audit_log_refuse();
"""

BACKWARD = """
DROP TRIGGER audit_heads_append_only ON audit_heads;
DROP TRIGGER audit_chain_seals ON audit_chain;
DROP TRIGGER audit_log_waits ON audit_log;
DROP TRIGGER audit_chain_append_only ON audit_chain;
DROP FUNCTION audit_chain_guard();
DROP FUNCTION audit_seal();
DROP FUNCTION audit_wait();
DROP FUNCTION audit_hash(bigint, text, audit_log);
DROP FUNCTION audit_moment(timestamptz);
DROP FUNCTION audit_word(text);
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0014_retention")]

    operations = [
        migrations.CreateModel(
            name="AuditLink",
            fields=[
                ("entry", models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, primary_key=True, related_name="link", serialize=False, to="accounts.auditentry")),
                ("seq", models.BigIntegerField(null=True, unique=True)),
                ("prev_hash", models.CharField(max_length=64)),
                ("hash", models.CharField(max_length=64)),
            ],
            options={"db_table": "audit_chain"},
        ),
        migrations.CreateModel(
            name="AuditHead",
            fields=[
                ("id", models.UUIDField(default=peerloop.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(default=peerloop.kit.clock.now, editable=False)),
                ("updated_at", models.DateTimeField(default=peerloop.kit.clock.now, editable=False)),
                ("day", models.DateField(unique=True)),
                ("seq", models.BigIntegerField()),
                ("hash", models.CharField(max_length=64)),
            ],
            options={"db_table": "audit_heads", "ordering": ("-day",)},
        ),
        migrations.RunSQL(FUNCTIONS + EXISTING + TRIGGERS, BACKWARD),
    ]
