"""Random lives of the loop: learn, be certified, teach. No state stands without its evidence.

Sessions are held, homework is handed in and reviewed, certificates and rights are given and taken
away in any order, also by people who may not. After each step this file looks for the evidence of
every state by itself, and the declared invariants hold.
"""

from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from learning.actions import (
    apply_to_teach,
    certify_teacher,
    decide_application,
    force_completion,
    issue_certificate,
    mark_module,
    recommend_certificate,
    reinstate_certificate,
    review_homework,
    revoke_certificate,
    submit_homework,
    switch_teacher,
)
from learning.actions.enrolling import close_enrollment, open_enrollment
from learning.actions.homework import set_homework
from learning.actions.sweeping import complete_ready, issue_due_certificates
from learning.invariants import INVARIANTS
from learning.models import (
    Certificate,
    Enrollment,
    HomeworkSubmission,
    StudentTeacher,
    TeachingApplication,
)
from learning.queries import modules_of
from learning.tests.people import AT, hold
from peerloop.kit.invariants import differences_of
from peerloop.kit.refusals import Refused
from tests.cast import a_course, a_member, a_teacher

pytestmark = pytest.mark.django_db
# Mostly one of them, so that lives get far.
WHO = st.sampled_from([0, 0, 0, 1])
# Whoever decides: mostly the creator, else an admin, the first teacher, a student, a stranger.
BY = st.sampled_from(["clara", "clara", "clara", "ada", "tom", "sam", "olga"])
YES = st.booleans()


class Loop(RuleBasedStateMachine):
    """Two students in a course of two modules with required homework."""

    @initialize()
    def begin(self):
        self.now = AT
        self.course = a_course(modules=2)
        self.tom = a_teacher(self.course, name="Tom Teacher")
        self.students = [a_member("Sam Student"), a_member("Sue Student")]
        self.people = {
            "clara": self.course.creator,
            "ada": a_member("Ada Admin", is_admin=True),
            "tom": self.tom.user,
            "sam": self.students[0],
            "olga": a_member("Olga Other"),
        }
        self.homework = set_homework(
            course=self.course,
            by=self.course.creator,
            at=AT,
            title="A loaf",
            instructions="Bake it.",
            is_required=True,
        )
        self.forced: set[object] = set()
        for who in (0, 1):
            self.enroll(who=who, teaches=False)

    def enrollment(self, who: int) -> Enrollment | None:
        rows = Enrollment.objects.filter(student=self.students[who], course=self.course)
        return rows.select_related("student", "course__creator").order_by("-created_at").first()

    def certificate(self, who: int, kind: str) -> Certificate | None:
        rows = Certificate.objects.filter(user=self.students[who], course=self.course, type=kind)
        return rows.select_related("course__creator", "user").order_by("-created_at").first()

    @rule(who=WHO, teaches=YES)
    def enroll(self, who, teaches):
        # Of the two, the other one may teach by now.
        rights = StudentTeacher.objects.eligible().filter(course=self.course)
        teacher = rights.exclude(user=self.students[who]).order_by("-pk" if teaches else "pk")
        row = teacher.select_related("user").first()
        with suppress(Refused):
            open_enrollment(
                student=self.students[who],
                course=self.course,
                teacher=row and row.user,
                modules_paid=2,
                at=self.now,
            )

    @rule(who=WHO, number=st.integers(1, 2))
    def hold(self, who, number):
        enrollment = self.enrollment(who)
        if enrollment and enrollment.is_active:
            hold(enrollment, number, at=self.now)

    @rule(who=WHO, place=st.integers(0, 1), done=YES)
    def mark(self, who, place, done):
        enrollment = self.enrollment(who)
        if enrollment:
            with suppress(Refused):
                mark_module(
                    enrollment=enrollment,
                    module_id=modules_of(enrollment)[place].pk,
                    is_complete=done,
                    by=enrollment.student,
                    at=self.now,
                )

    @rule(who=WHO)
    def hand_in(self, who):
        enrollment = self.enrollment(who)
        if enrollment:
            with suppress(Refused):
                submit_homework(
                    assignment=self.homework,
                    enrollment=enrollment,
                    by=enrollment.student,
                    at=self.now,
                    content=f"My loaf of {self.now:%d}",
                )

    @rule(who=WHO, by=BY, good=YES)
    def review(self, who, by, good):
        rows = HomeworkSubmission.objects.filter(student=self.students[who], is_current=True)
        row = rows.select_related("enrollment__course__creator", "assignment").last()
        if row:
            with suppress(Refused):
                review_homework(
                    submission=row,
                    status="approved" if good else "resubmit_requested",
                    by=self.people[by],
                    at=self.now,
                    feedback="So.",
                )

    @rule(who=WHO, really=st.sampled_from([False, False, True]))
    def leave(self, who, really):
        enrollment = self.enrollment(who)
        if enrollment and really:
            with suppress(Refused):
                close_enrollment(
                    enrollment=enrollment, by=enrollment.student, reason="", at=self.now
                )

    @rule(who=WHO, really=st.sampled_from([False, False, True]))
    def force(self, who, really):
        enrollment = self.enrollment(who)
        if enrollment and really:
            with suppress(Refused):
                ada = self.people["ada"]
                force_completion(enrollment=enrollment, by=ada, reason="Lost notes", at=self.now)
                self.forced.add(enrollment.pk)

    @rule(who=WHO, by=BY, kind=st.sampled_from(["completion", "teaching", "mastery"]), given=YES)
    def issue(self, who, by, kind, given):
        enrollment = self.enrollment(who)
        if enrollment:
            act = issue_certificate if given else recommend_certificate
            with suppress(Refused):
                act(enrollment=enrollment, type=kind, by=self.people[by], at=self.now)

    @rule(who=WHO, kind=st.sampled_from(["teaching", "completion"]), back=YES)
    def revoke(self, who, kind, back):
        row = self.certificate(who, kind)
        if row:
            act = reinstate_certificate if back else revoke_certificate
            with suppress(Refused):
                act(certificate=row, reason="A mistake", by=self.people["ada"], at=self.now)

    @rule(who=WHO)
    def apply(self, who):
        enrollment = self.enrollment(who)
        if enrollment:
            with suppress(Refused):
                apply_to_teach(
                    enrollment=enrollment, message="I can.", by=enrollment.student, at=self.now
                )

    @rule(who=WHO, by=BY, approve=YES)
    def decide(self, who, by, approve):
        rows = TeachingApplication.objects.filter(user=self.students[who], course=self.course)
        row = rows.select_related("enrollment__course__creator", "course__creator", "user").last()
        if row:
            with suppress(Refused):
                decide_application(
                    application=row,
                    approve=approve,
                    reason="So.",
                    by=self.people[by],
                    at=self.now,
                )

    @rule(who=WHO, by=BY, word=YES)
    def certify(self, who, by, word):
        with suppress(Refused):
            certify_teacher(
                user=self.students[who],
                course=self.course,
                by=self.people[by],
                at=self.now,
                waiver="Baked for years" if word else "",
            )

    @rule(who=WHO, by=BY, active=YES)
    def switch(self, who, by, active):
        rows = StudentTeacher.objects.filter(user=self.students[who], course=self.course)
        row = rows.select_related("course__creator", "user").first()
        if row:
            with suppress(Refused):
                switch_teacher(
                    student_teacher=row,
                    active=active,
                    reason="So.",
                    by=self.people[by],
                    at=self.now,
                )

    @rule(days=st.sampled_from([1, 8, 40]))
    def wait(self, days):
        self.now += timedelta(days=days)
        complete_ready(at=self.now)
        issue_due_certificates(at=self.now)

    @invariant()
    def the_declared_invariants_hold(self):
        if hasattr(self, "course"):
            # A sweep completes what lacks nothing; it runs when time passes.
            kept = [one for one in INVARIANTS if one.rule != "LEARN-3"]
            assert differences_of(kept) == []

    @invariant()
    def completed_means_taught_marked_and_homework_approved(self):
        if not hasattr(self, "course"):
            return
        for row in Enrollment.objects.filter(course=self.course, status="completed"):
            progress = list(row.progress.all())
            assert len(progress) == row.modules_paid
            assert all(one.is_complete for one in progress)
            assert row.progress_percent == 100
            if row.pk not in self.forced:
                assert all(one.delivered_at for one in progress)
                assert row.homework.filter(is_current=True, status="approved").exists()

    @invariant()
    def a_certificate_follows_a_completion_or_a_written_waiver(self):
        if not hasattr(self, "course"):
            return
        for row in Certificate.objects.filter(user__in=self.students, status="issued"):
            done = Enrollment.objects.filter(
                student=row.user, course=self.course, completion_fired_at__isnull=False
            )
            waived = StudentTeacher.objects.filter(certificate=row).exclude(waiver_reason="")
            assert done.exists() or waived.exists(), row
            assert row.issued_at
            assert row.issued_by_id != row.user_id

    @invariant()
    def who_teaches_was_certified_by_who_may(self):
        if not hasattr(self, "course"):
            return
        able = {self.course.creator_id, self.people["ada"].pk}
        for row in StudentTeacher.objects.filter(user__in=self.students, is_active=True):
            held = Certificate.objects.get(pk=row.certificate_id)
            assert (held.type, held.status, held.user_id) == ("teaching", "issued", row.user_id)
            assert held.issued_by_id in able

    @invariant()
    def nobody_is_taught_by_who_may_not_teach(self):
        if not hasattr(self, "course"):
            return
        active = Enrollment.objects.active().filter(course=self.course, teacher__isnull=False)
        for row in active.select_related("student_teacher"):
            assert row.student_teacher is not None
            assert row.student_teacher.is_active
            assert row.teacher_id != row.student_id

    @invariant()
    def one_live_enrollment_and_one_live_certificate_of_a_kind(self):
        if not hasattr(self, "course"):
            return
        for student in self.students:
            mine = Enrollment.objects.active().filter(student=student, course=self.course)
            assert mine.count() <= 1
            for kind in Certificate.Type.values:
                live = Certificate.objects.filter(
                    user=student, course=self.course, type=kind, status__in=["pending", "issued"]
                )
                assert live.count() <= 1


def test_the_loop_keeps_its_evidence_whatever_happens():
    run_state_machine_as_test(
        Loop,
        settings=settings(
            max_examples=10,
            stateful_step_count=40,
            deadline=None,
            derandomize=True,
            # Shrinking a life takes minutes.
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
