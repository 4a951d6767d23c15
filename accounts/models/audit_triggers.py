"""How the database keeps the audit log: entries are only added, and chained by hashes (OPS-5).

Two deferred triggers seal an entry at the end of its transaction. The first only notes that the
entry waits; the second runs after all other deferred checks, takes the lock of the chain and holds
it for the commit itself and nothing else: acts that run at once can't fork the chain, and can't
wait for each other in a circle.

What is hashed: number, hash before, and all columns, each as its length in bytes, a colon and its
text, one after the other (see accounts/audit/chain.py, which computes the same without the
database's help).
"""

from peerloop.kit.triggers import Function, Trigger, refusal

HASHES = (
    Function(
        name="audit_word",
        signature="word text",
        returns="text",
        options="LANGUAGE sql IMMUTABLE",
        body="SELECT octet_length(coalesce(word, '')) || ':' || coalesce(word, '')",
    ),
    Function(
        name="audit_moment",
        signature="moment timestamptz",
        returns="text",
        options="LANGUAGE sql STABLE",
        body="""SELECT to_char(moment AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')""",
    ),
    Function(
        name="audit_hash",
        signature="number bigint, before_it text, row_ audit_log",
        returns="text",
        options="LANGUAGE sql STABLE",
        body="""
            SELECT encode(sha256(convert_to(
                audit_word(number::text) || audit_word(before_it) || audit_word(row_.id::text)
                || audit_word(audit_moment(row_.created_at))
                || audit_word(audit_moment(row_.updated_at))
                || audit_word(row_.actor_id::text) || audit_word(row_.action)
                || audit_word(row_.object_type) || audit_word(row_.object_id)
                || audit_word(row_.before::text) || audit_word(row_.after::text)
                || audit_word(row_.reason) || audit_word(row_.request_id), 'UTF8')), 'hex')
        """,
    ),
)
ENTRY_STAYS = refusal(
    "audit_log_append_only", on="BEFORE UPDATE OR DELETE", message="audit_log is append-only"
)
ENTRY_WAITS = Trigger(
    name="audit_log_waits",
    on="AFTER INSERT",
    is_deferred=True,
    body="""
        INSERT INTO audit_chain (entry_id, seq, prev_hash, hash) VALUES (NEW.id, NULL, '', '');
        RETURN NULL;
    """,
)
LINK_SEALS = Trigger(
    name="audit_chain_seals",
    on="AFTER INSERT",
    is_deferred=True,
    declare="last_seq bigint; last_hash text; entry audit_log;",
    body="""
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
    """,
)
LINK_IS_SEALED_ONCE = Trigger(
    name="audit_chain_append_only",
    on="BEFORE INSERT OR UPDATE OR DELETE",
    body="""
        IF TG_OP = 'INSERT' THEN
            NEW.seq := NULL; NEW.prev_hash := ''; NEW.hash := '';
            RETURN NEW;
        END IF;
        IF TG_OP = 'UPDATE' AND OLD.seq IS NULL AND NEW.entry_id = OLD.entry_id THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'audit_chain is append-only'
            USING ERRCODE = 'integrity_constraint_violation';
    """,
)
