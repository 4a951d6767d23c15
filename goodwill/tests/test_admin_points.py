"""Admins correct points with a reason, and see who gives whom how much."""

import pytest

from accounts.models import AuditEntry, Notification
from goodwill.models import Reason, Referral
from goodwill.points.actions.correcting import correct_goodwill
from goodwill.points.actions.moving import mint
from goodwill.points.refusals import NotEnough
from goodwill.points.rings import rings
from goodwill.tests.people import AT, a_helper, earn, goodwill_of, ledger_of
from peerloop.kit.refusals import Forbidden, Invalid
from tests.cast import a_course, a_member, browse

pytestmark = pytest.mark.django_db
ADD = "/admin/goodwill/goodwilltransaction/add/"


@pytest.fixture
def ada():
    return a_member("Ada Admin", is_admin=True, is_superuser=True)


def correct(ada, member, points, reason="Counted twice"):
    return browse(ada).post(ADD, {"member": member.pk, "points": points, "reason": reason})


def test_a_correction_is_a_movement_with_its_reason(ada):
    sam = a_member()
    assert correct(ada, sam, 40).status_code == 302
    assert correct(ada, sam, -15).status_code == 302
    assert ledger_of(sam) == [("correction", 40), ("correction", 15)]
    assert goodwill_of(sam).balance == 25
    assert AuditEntry.objects.filter(action="goodwill.correct", reason="Counted twice").count() == 2
    told = Notification.objects.filter(user=sam, kind="goodwill")
    assert {one.body for one in told} == {"Counted twice"}


def test_a_correction_takes_no_more_than_there_is(ada):
    sam = a_member()
    earn(sam, 10)
    with pytest.raises(NotEnough):
        correct_goodwill(member=sam, points=-11, reason="x", by=ada, at=AT)
    assert "You have 10" in correct(ada, sam, -11).content.decode()


def test_nobody_corrects_themselves_or_without_a_reason(ada):
    with pytest.raises(Forbidden):
        correct_goodwill(member=ada, points=5, reason="x", by=ada, at=AT)
    with pytest.raises(Forbidden):
        correct_goodwill(member=ada, points=5, reason="x", by=a_member(), at=AT)
    for points, reason in ((5, "  "), (0, "x"), (10_001, "x")):
        with pytest.raises(Invalid):
            correct_goodwill(member=a_member(), points=points, reason=reason, by=ada, at=AT)


def test_the_report_shows_who_gives_each_other_and_circles_of_three(ada):
    course = a_course()
    ann, ben, cy = (a_helper(course, name=name) for name in ("Ann Aster", "Ben Birch", "Cy Cedar"))
    for number, (by, to) in enumerate(((ann, ben), (ben, ann), (ben, cy), (cy, ann))):
        call = {"points": 20 + number, "reason": Reason.SUMMON_HELP, "at": AT}
        mint(to=to, by=by, cause=f"summons:{number}", **call)
    report = rings()
    assert [{pair.giver, pair.receiver} for pair in report.pairs] == [{ann, ben}]
    [(people, least)] = report.circles
    assert (set(people), least) == ({ann, ben, cy}, 20)
    text = browse(ada).get("/admin/goodwill/goodwillpair/").content.decode()
    assert "at least 20 points each way" in text
    assert "at least 20 points round" in text


def test_the_lists_of_the_admin_site_open(ada):
    earn(a_member(), 5)
    Referral.objects.create(referrer=a_member(), email="x@people.peerloop.test", sent_at=AT)
    for name in ("goodwilltransaction", "usergoodwill", "goodwillpair", "referral"):
        assert browse(ada).get(f"/admin/goodwill/{name}/").status_code == 200
