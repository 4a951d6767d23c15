"""Triggers are declared in the models from now on (peerloop/kit/triggers.py): those of 0003 and 0015 go,
the same rules come back as the models declare them.
"""

import peerloop.kit.triggers
from django.db import migrations

OLD = """
DROP TRIGGER audit_heads_append_only ON audit_heads;
DROP TRIGGER audit_chain_seals ON audit_chain;
DROP TRIGGER audit_log_waits ON audit_log;
DROP TRIGGER audit_chain_append_only ON audit_chain;
DROP TRIGGER audit_log_append_only ON audit_log;
DROP FUNCTION audit_chain_guard();
DROP FUNCTION audit_seal();
DROP FUNCTION audit_wait();
DROP FUNCTION audit_hash(bigint, text, audit_log);
DROP FUNCTION audit_moment(timestamptz);
DROP FUNCTION audit_word(text);
DROP FUNCTION audit_log_refuse();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0018_dead_letters'),
    ]

    operations = [
        migrations.RunSQL(OLD, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name='auditentry',
            constraint=peerloop.kit.triggers.Trigger(body="RAISE EXCEPTION 'audit_log is append-only'\n    USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;", name='audit_log_append_only', on='BEFORE UPDATE OR DELETE'),
        ),
        migrations.AddConstraint(
            model_name='auditentry',
            constraint=peerloop.kit.triggers.Function(body="SELECT octet_length(coalesce(word, '')) || ':' || coalesce(word, '')", name='audit_word', options='LANGUAGE sql IMMUTABLE', returns='text', signature='word text'),
        ),
        migrations.AddConstraint(
            model_name='auditentry',
            constraint=peerloop.kit.triggers.Function(body='SELECT to_char(moment AT TIME ZONE \'UTC\', \'YYYY-MM-DD"T"HH24:MI:SS.US"Z"\')', name='audit_moment', options='LANGUAGE sql STABLE', returns='text', signature='moment timestamptz'),
        ),
        migrations.AddConstraint(
            model_name='auditentry',
            constraint=peerloop.kit.triggers.Function(body="SELECT encode(sha256(convert_to(\n    audit_word(number::text) || audit_word(before_it) || audit_word(row_.id::text)\n    || audit_word(audit_moment(row_.created_at))\n    || audit_word(audit_moment(row_.updated_at))\n    || audit_word(row_.actor_id::text) || audit_word(row_.action)\n    || audit_word(row_.object_type) || audit_word(row_.object_id)\n    || audit_word(row_.before::text) || audit_word(row_.after::text)\n    || audit_word(row_.reason) || audit_word(row_.request_id), 'UTF8')), 'hex')", name='audit_hash', options='LANGUAGE sql STABLE', returns='text', signature='number bigint, before_it text, row_ audit_log'),
        ),
        migrations.AddConstraint(
            model_name='auditentry',
            constraint=peerloop.kit.triggers.Trigger(body="INSERT INTO audit_chain (entry_id, seq, prev_hash, hash) VALUES (NEW.id, NULL, '', '');\nRETURN NULL;", is_deferred=True, name='audit_log_waits', on='AFTER INSERT'),
        ),
        migrations.AddConstraint(
            model_name='audithead',
            constraint=peerloop.kit.triggers.Trigger(body="RAISE EXCEPTION 'rows of % are only added', TG_TABLE_NAME\n    USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;", name='audit_heads_append_only', on='BEFORE UPDATE OR DELETE'),
        ),
        migrations.AddConstraint(
            model_name='auditlink',
            constraint=peerloop.kit.triggers.Trigger(body="IF TG_OP = 'INSERT' THEN\n    NEW.seq := NULL; NEW.prev_hash := ''; NEW.hash := '';\n    RETURN NEW;\nEND IF;\nIF TG_OP = 'UPDATE' AND OLD.seq IS NULL AND NEW.entry_id = OLD.entry_id THEN\n    RETURN NEW;\nEND IF;\nRAISE EXCEPTION 'audit_chain is append-only'\n    USING ERRCODE = 'integrity_constraint_violation';", name='audit_chain_append_only', on='BEFORE INSERT OR UPDATE OR DELETE'),
        ),
        migrations.AddConstraint(
            model_name='auditlink',
            constraint=peerloop.kit.triggers.Trigger(body="PERFORM pg_advisory_xact_lock(hashtextextended('audit_chain', 0));\nSELECT * INTO entry FROM audit_log WHERE id = NEW.entry_id;\nSELECT seq, hash INTO last_seq, last_hash FROM audit_chain\n    WHERE seq IS NOT NULL ORDER BY seq DESC LIMIT 1;\nlast_seq := coalesce(last_seq, 0);\nlast_hash := coalesce(last_hash, repeat('0', 64));\nUPDATE audit_chain\n    SET seq = last_seq + 1, prev_hash = last_hash,\n        hash = audit_hash(last_seq + 1, last_hash, entry)\n    WHERE entry_id = NEW.entry_id;\nRETURN NULL;", declare='last_seq bigint; last_hash text; entry audit_log;', is_deferred=True, name='audit_chain_seals', on='AFTER INSERT'),
        ),
    ]
