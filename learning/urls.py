"""URLs of the learning app. Pages that also show sessions are in ``peerloop/pages``."""

from django.urls import path

from learning.api import assignments as assignments_api
from learning.api import certificates, notes, progress, teaching
from learning.api import homework as homework_api
from learning.api import quizzes as quizzes_api
from learning.api import reviews as reviews_api
from learning.views import (
    approvals,
    assignments,
    badges,
    homework,
    quiz,
    quizzes,
    resources,
    reviewing,
    reviews,
)
from learning.views import certificates as own
from learning.views import notes as teaching_notes
from learning.views import teaching as teach

pages = [
    path("certificates", own.certificates, name="certificates"),
    path("certificates/verify/<str:code>", own.verify, name="certificate-verify"),
    path("certificates/verify/<str:code>/badge", badges.badge, name="certificate-badge"),
    path("badges", badges.check, name="badges"),
    path("badges/issuer", badges.issuer, name="badge-issuer"),
    path("badges/keys/<uuid:key_id>", badges.key, name="badge-key"),
    path("badges/status/<int:number>", badges.status, name="badge-status"),
    path("certificates/<uuid:certificate_id>/pdf", own.pdf, name="certificate-pdf"),
    path(
        "certificates/<uuid:certificate_id>/decision",
        approvals.certificate_decision,
        name="certificate-decision",
    ),
    path("create/approvals", approvals.approvals, name="approvals"),
    path(
        "teaching-applications/<uuid:application_id>/decision",
        approvals.application_decision,
        name="application-decision",
    ),
    path("teach/courses/<slug:slug>/notes", teaching_notes.teaching_notes, name="teaching-notes"),
    path("teach/courses/<uuid:student_teacher_id>/pause", teach.pause, name="teach-pause"),
    path("learn/<uuid:enrollment_id>/recommendation", teach.recommendation, name="recommendation"),
    path("learn/<uuid:enrollment_id>/homework", homework.homework, name="learn-homework"),
    path(
        "learn/<uuid:enrollment_id>/homework/<uuid:assignment_id>",
        homework.assignment,
        name="learn-assignment",
    ),
    path("homework/<uuid:submission_id>/file", homework.file, name="homework-file"),
    path("teach/homework/<uuid:submission_id>", reviewing.review, name="review-homework"),
    path(
        "create/courses/<uuid:course_id>/homework",
        assignments.course_homework,
        name="course-homework",
    ),
    path(
        "create/courses/<uuid:course_id>/homework/<uuid:assignment_id>",
        assignments.edit,
        name="edit-homework",
    ),
    path(
        "create/courses/<uuid:course_id>/homework/<uuid:assignment_id>/remove",
        assignments.remove,
        name="remove-homework",
    ),
    path(
        "create/courses/<uuid:course_id>/resources",
        resources.course_resources,
        name="course-resources",
    ),
    path(
        "create/courses/<uuid:course_id>/resources/<uuid:resource_id>/move",
        resources.move,
        name="move-resource",
    ),
    path(
        "create/courses/<uuid:course_id>/resources/<uuid:resource_id>/remove",
        resources.remove,
        name="remove-resource",
    ),
    path("learn/<uuid:enrollment_id>/quizzes/<uuid:quiz_id>", quiz.quiz, name="learn-quiz"),
    path("teach/quizzes/<uuid:attempt_id>", quiz.mark, name="mark-quiz"),
    path(
        "create/courses/<uuid:course_id>/quiz/<uuid:module_id>",
        quizzes.module_quiz,
        name="module-quiz",
    ),
    path(
        "create/courses/<uuid:course_id>/quiz/<uuid:module_id>/remove",
        quizzes.remove,
        name="remove-quiz",
    ),
    path(
        "create/courses/<uuid:course_id>/quiz/<uuid:module_id>/questions/new",
        quizzes.new_question,
        name="new-question",
    ),
    path(
        "create/courses/<uuid:course_id>/quiz/<uuid:module_id>/questions/<slug:word>",
        quizzes.question,
        name="quiz-question",
    ),
    path(
        "create/courses/<uuid:course_id>/quiz/<uuid:module_id>/questions/<slug:word>/move",
        quizzes.move,
        name="move-question",
    ),
    path(
        "create/courses/<uuid:course_id>/quiz/<uuid:module_id>/questions/<slug:word>/remove",
        quizzes.drop_question,
        name="remove-question",
    ),
    path("resources/<uuid:resource_id>", resources.resource, name="resource"),
    path("resources/<uuid:resource_id>/file", resources.file, name="resource-file"),
    path("playback/<str:word>", resources.playback, name="playback"),
    path("learn/<uuid:enrollment_id>/review", reviews.write, name="learn-review"),
    path("learn/<uuid:enrollment_id>/expectations", reviews.expectations, name="expectations"),
    path("courses/<slug:slug>/reviews", reviews.of_course, name="course-reviews"),
    path("student-teachers/<str:handle>/reviews", reviews.of_teacher, name="teacher-reviews"),
    path("reviews/<uuid:review_id>", reviews.one, name="review"),
    path("reviews/<uuid:review_id>/answer", reviews.answer, name="answer-review"),
    path("reviews/<uuid:review_id>/helpful", reviews.helpful, name="review-helpful"),
]
api = [
    path(
        "courses/<str:course_id>/teaching-notes",
        notes.CourseTeachingNotes.as_view(),
        name="teaching-notes",
    ),
    path(
        "enrollments/<str:enrollment_id>/homework",
        homework_api.EnrollmentHomework.as_view(),
        name="enrollment-homework",
    ),
    path(
        "enrollments/<str:enrollment_id>/homework/<str:assignment_id>",
        homework_api.Submissions.as_view(),
        name="homework-submissions",
    ),
    path(
        "enrollments/<str:enrollment_id>/quizzes/<str:quiz_id>",
        quizzes_api.TakenQuizzes.as_view(),
        name="enrollment-quiz",
    ),
    path("quiz-attempts", quizzes_api.WaitingAttempts.as_view(), name="attempts-to-mark"),
    path("quiz-attempts/<str:attempt_id>", quizzes_api.Attempt.as_view(), name="quiz-attempt"),
    path(
        "courses/<str:course_id>/modules/<str:module_id>/quiz",
        quizzes_api.ModuleQuiz.as_view(),
        name="module-quiz",
    ),
    path(
        "enrollments/<str:enrollment_id>/reviews",
        reviews_api.EnrollmentReviews.as_view(),
        name="enrollment-reviews",
    ),
    path(
        "enrollments/<str:enrollment_id>/expectations",
        reviews_api.EnrollmentExpectations.as_view(),
        name="expectations",
    ),
    path(
        "courses/<str:course_id>/reviews",
        reviews_api.CourseReviews.as_view(),
        name="course-reviews",
    ),
    path("users/<str:user_id>/reviews", reviews_api.MemberReviews.as_view(), name="user-reviews"),
    path("reviews/<str:review_id>", reviews_api.OneReview.as_view(), name="review"),
    path("reviews/<str:review_id>/answer", reviews_api.ReviewReply.as_view(), name="answer-review"),
    path(
        "reviews/<str:review_id>/helpful",
        reviews_api.ReviewHelpful.as_view(),
        name="review-helpful",
    ),
    path("homework", homework_api.WaitingHomework.as_view(), name="homework-to-review"),
    path(
        "homework/<str:submission_id>",
        homework_api.Submission.as_view(),
        name="homework-submission",
    ),
    path(
        "homework/<str:submission_id>/file",
        homework_api.SubmissionFile.as_view(),
        name="homework-file",
    ),
    path(
        "courses/<str:course_id>/homework",
        assignments_api.CourseHomework.as_view(),
        name="course-homework",
    ),
    path(
        "courses/<str:course_id>/homework/<str:assignment_id>",
        assignments_api.CourseAssignment.as_view(),
        name="course-assignment",
    ),
    path(
        "enrollments/<str:enrollment_id>/content",
        progress.Content.as_view(),
        name="enrollment-content",
    ),
    path(
        "enrollments/<str:enrollment_id>/modules/<str:module_id>",
        progress.Module.as_view(),
        name="enrollment-module",
    ),
    path("certificates", certificates.Certificates.as_view(), name="certificates"),
    path("certificates/recommend", certificates.Recommendations.as_view(), name="recommend"),
    path("certificates/issue", certificates.Issues.as_view(), name="issue-certificate"),
    path(
        "certificates/verify/<str:code>",
        certificates.Verification.as_view(),
        name="certificate-verify",
    ),
    path(
        "certificates/<str:certificate_id>",
        certificates.CertificateDecision.as_view(),
        name="certificate-decision",
    ),
    path("student-teachers", teaching.StudentTeachers.as_view(), name="student-teachers"),
    path(
        "courses/<str:course_id>/teaching-applications",
        teaching.CourseApplications.as_view(),
        name="course-applications",
    ),
    path("teaching-applications", teaching.Applications.as_view(), name="teaching-applications"),
    path(
        "teaching-applications/<str:application_id>",
        teaching.ApplicationDecision.as_view(),
        name="application-decision",
    ),
]
