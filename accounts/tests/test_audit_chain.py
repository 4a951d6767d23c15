"""The audit log as a chain: gapless under load, and every tampering found and named (OPS-5)."""

import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.audit import chain as audit_chain
from accounts.audit.chain import faults, head
from accounts.audit.log import record
from accounts.models import AuditEntry, AuditHead, AuditLink, Email, User
from accounts.notifications.audit_heads import mail_audit_head
from tests.cast import a_member, browse

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TAMPERS = 100


def write(count, actor=None, **words):
    """Entries of acts that are over: sealed as at a commit."""
    subject = actor or a_member("Ada Admin", is_admin=True)
    entries = []
    for number in range(count):
        entries.append(
            record(
                actor=subject,
                action=words.get("action", f"act.{number % 5}"),
                subject=subject,
                before={"rank": number, "word": '\N{SNOWMAN} "quoted"\n'},
                after={"sum": 1.50, "b": [None, True], "a": {"z": 1}},
                reason=f"Reason {number} \\ with\ttab",
                at=AT + timedelta(seconds=number),
            )
        )
        connection.check_constraints()
    return entries


def found():
    return [(fault.kind, fault.place.split(" ")[0]) for fault in faults()]


@contextmanager
def as_superuser():
    """What the triggers can't hinder; undone afterwards."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            yield cursor
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_entries_are_numbered_and_linked():
    entries = write(5)

    links = list(AuditLink.objects.order_by("seq"))
    assert [link.seq for link in links] == [1, 2, 3, 4, 5]
    assert [link.entry_id for link in links] == [entry.pk for entry in entries]
    assert links[0].prev_hash == "0" * 64
    for one, following in pairwise(links):
        assert following.prev_hash == one.hash
    assert head() == (5, links[-1].hash)
    assert list(faults()) == []


@pytest.mark.django_db
def test_what_is_undone_takes_no_number():
    write(2)
    with transaction.atomic():
        record(actor=None, action="undone", subject=User.objects.get(), at=AT)
        transaction.set_rollback(True)
    write(1, actor=User.objects.get())

    assert found() == []
    assert AuditLink.objects.count() == 3


@pytest.mark.django_db
@pytest.mark.parametrize("table", ["audit_log", "audit_chain", "audit_heads"])
@pytest.mark.parametrize("act", ["change", "delete"])
def test_the_database_refuses_to_change_it(table, act):
    write(1)
    mail_audit_head(at=AT)
    column = {"audit_log": "reason", "audit_chain": "hash", "audit_heads": "hash"}[table]
    statement = {
        "change": f"UPDATE {table} SET {column} = 'x'",
        "delete": f"DELETE FROM {table}",
    }[act]

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.django_db
def test_nobody_chooses_a_place_in_the_chain():
    write(1)
    entry = record(actor=None, action="act", subject=User.objects.get(), at=AT)

    # The entry's own place comes at the end of its act: then there are two.
    with pytest.raises(IntegrityError), transaction.atomic():
        place_by_hand(entry)
    connection.check_constraints()
    assert found() == []


@pytest.mark.django_db
def test_the_admin_site_shows_it_and_leads_there_from_a_member():
    entries = write(3)
    ada, sam = entries[0].actor, a_member()
    record(actor=ada, action="member.note", subject=sam, reason="Asked twice", at=AT)
    connection.check_constraints()
    page = browse(ada)

    member = page.get(f"/admin/accounts/user/{sam.pk}/change/").content.decode()
    done, did = (f"?object_id={sam.pk}", f"?actor__id__exact={sam.pk}")
    assert done in member
    assert did in member
    entries_page = "/admin/accounts/auditentry/"
    assert "Asked twice" in page.get(entries_page + done).content.decode()
    assert "0 audit entries" in page.get(entries_page + did).content.decode()
    assert "Asked twice" in page.get(f"{entries_page}?q=twice").content.decode()
    assert "Asked twice" in page.get(f"{entries_page}?action=member.note").content.decode()
    one = page.get(f"{entries_page}{entries[0].pk}/change/").content.decode()
    assert AuditLink.objects.get(seq=1).hash in one
    assert page.post(f"{entries_page}{entries[0].pk}/change/", {"reason": "x"}).status_code == 403
    assert page.post(f"{entries_page}{entries[0].pk}/delete/").status_code == 403


def place_by_hand(entry):
    AuditLink.objects.create(entry=entry, seq=77, prev_hash="p", hash="h")
    connection.check_constraints()


@pytest.mark.parametrize("field", AuditEntry._meta.fields, ids=lambda field: field.column)
def test_every_column_is_hashed(field):
    assert f"l.{field.column}" in audit_chain.PAGE


OUTSIDE = "entry outside the chain"
EDITS = [
    "reason = reason || ' '",
    "action = 'act.other'",
    "actor_id = NULL",
    "object_id = 'somebody'",
    "object_type = 'accounts.email'",
    """before = before || '{"rank": -1}'""",
    "after = '{}'",
    "request_id = 'r'",
    "created_at = created_at + interval '1 microsecond'",
    "updated_at = updated_at - interval '1 day'",
]
ENTRY = "(SELECT entry_id FROM audit_chain WHERE seq = @seq)"
REHASHED = "audit_hash(seq, prev_hash, (SELECT l FROM audit_log l WHERE l.id = entry_id))"
COLUMNS = "created_at, updated_at, action, object_type, object_id, before, after, reason"
MORE = "request_id, actor_id"
COPY = f"INSERT INTO audit_log (id, {COLUMNS}, {MORE}) SELECT gen_random_uuid(), {COLUMNS}, {MORE}"
# What is done to the entry @seq, what it is to be called, and what of the last entry.
WAYS = {
    "edit": ([f"UPDATE audit_log SET @edit WHERE id = {ENTRY}"], "entry edited", None),
    "edit and hash": (
        [
            f"UPDATE audit_log SET reason = 'x' WHERE id = {ENTRY}",
            f"UPDATE audit_chain SET hash = {REHASHED} WHERE seq = @seq",
        ],
        "entry rewritten",
        "mailed head differs",
    ),
    "take the entry": ([f"DELETE FROM audit_log WHERE id = {ENTRY}"], "entry taken away", None),
    "take both": (
        [
            f"DELETE FROM audit_log WHERE id = {ENTRY}",
            "DELETE FROM audit_chain WHERE seq = @seq",
        ],
        "entries missing",
        "tail cut",
    ),
    "take the link": (
        ["DELETE FROM audit_chain WHERE seq = @seq"],
        "entry outside the chain",
        None,
    ),
    "swap": (
        [
            "ALTER TABLE audit_chain DROP CONSTRAINT audit_chain_pkey",
            (
                "UPDATE audit_chain a SET entry_id = b.entry_id FROM audit_chain b"
                " WHERE (a.seq, b.seq) IN ((@seq, @other), (@other, @seq))"
            ),
        ],
        "entry exchanged",
        None,
    ),
    "cut the tail": (
        [
            (
                "DELETE FROM audit_log WHERE id IN"
                " (SELECT entry_id FROM audit_chain WHERE seq >= @seq)"
            ),
            "DELETE FROM audit_chain WHERE seq >= @seq",
        ],
        "tail cut",
        None,
    ),
    "smuggle one in": ([f"{COPY} FROM audit_log WHERE id = {ENTRY}"], OUTSIDE, None),
    "other hash": (
        ["UPDATE audit_chain SET hash = md5('x') WHERE seq = @seq"],
        "entry edited",
        None,
    ),
    "other hash before": (
        ["UPDATE audit_chain SET prev_hash = md5('x') WHERE seq = @seq"],
        "entry edited",
        None,
    ),
}


def tampers(dice, entries):
    """One way to falsify the log: its name, the entry's number, statements, the fault's name."""
    seq = dice.randrange(1, len(entries) + 1)
    other = dice.choice([number for number in range(1, len(entries) + 1) if number != seq])
    way = dice.choice(sorted(WAYS))
    statements, kind, kind_of_last = WAYS[way]
    values = {"@seq": str(seq), "@other": str(other), "@edit": dice.choice(EDITS)}
    for word, value in values.items():
        statements = [statement.replace(word, value) for statement in statements]
    return way, seq, statements, (kind_of_last or kind) if seq == len(entries) else kind


@pytest.mark.django_db
def test_a_hundred_tampers_are_all_found_and_named():
    entries = write(30)
    mail_audit_head(at=AT)
    connection.check_constraints()
    dice = random.Random(5)
    ways = set()

    for _ in range(TAMPERS):
        way, seq, statements, kind = tampers(dice, entries)
        ways.add(way)
        with as_superuser() as cursor:
            for statement in statements:
                cursor.execute(statement)
            named = found()
        if kind == "entry outside the chain":
            assert kind in {name for name, _ in named}, (way, seq, named)
        else:
            assert (kind, str(seq)) in named, (way, seq, named)
    assert len(ways) == 10
    assert found() == []


@pytest.mark.django_db
def test_a_cut_that_is_written_over_is_found_by_the_mailed_head():
    entries = write(4)
    mail_audit_head(at=AT)
    known = head()
    with as_superuser() as cursor:
        cursor.execute("DELETE FROM audit_log WHERE id = %s", [entries[3].pk])
        cursor.execute("DELETE FROM audit_chain WHERE seq = 4")
        cursor.execute("SET LOCAL session_replication_role = origin")
        write(2, actor=User.objects.get())
        assert found() == [("mailed head differs", "4")]
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("DELETE FROM audit_heads")
        assert found() == []
        kept = [fault.kind for fault in faults(known_head=known)]
        assert kept == ["mailed head differs"]


@pytest.mark.django_db
def test_it_reads_in_portions(monkeypatch, django_assert_num_queries):
    write(7)
    monkeypatch.setattr(audit_chain, "PORTION", 3)

    with django_assert_num_queries(5):
        assert list(faults()) == []


@pytest.mark.django_db
def test_the_head_goes_to_each_admin_once_a_day():
    assert mail_audit_head(at=AT) is None
    ada = write(2)[0].actor
    a_member("Otto Admin", is_admin=True)
    a_member()

    for hours in (0, 1, 14):
        mail_audit_head(at=AT + timedelta(hours=hours))
    assert AuditHead.objects.count() == 1
    assert Email.objects.filter(template="audit-head").count() == 2
    mail = Email.objects.get(template="audit-head", user=ada)
    assert (mail.context["seq"], mail.context["hash"]) == head()
    mail_audit_head(at=AT + timedelta(hours=15))
    assert AuditHead.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_sixteen_at_once_neither_fork_nor_block_each_other():
    """Acts that lock each other's rows after they wrote the log: no order of theirs may matter."""
    members = [a_member(f"Member {number}") for number in range(4)]
    gate = threading.Barrier(16)

    def act(number):
        gate.wait(10)
        try:
            for turn in range(5):
                with transaction.atomic():
                    one, two = (members[(number + turn + more) % 4] for more in (0, 1))
                    first, second = sorted([one.pk, two.pk])
                    User.objects.select_for_update().get(pk=first)
                    record(actor=two, action="act", subject=one, at=AT)
                    User.objects.select_for_update().get(pk=second)
                    record(actor=one, action="act", subject=two, at=AT)
        finally:
            connection.close()

    began = time.monotonic()
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(act, range(16)))

    assert time.monotonic() - began < 10
    assert AuditLink.objects.filter(seq__isnull=False).count() == 160
    assert head()[0] == 160
    assert found() == []


@pytest.mark.django_db
@pytest.mark.parametrize("table", ["audit_log", "audit_chain", "audit_heads"])
def test_the_log_is_not_emptied_as_a_whole(table):
    refused = pytest.raises(IntegrityError, match=f"rows of {table} are only added")
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {table}")
