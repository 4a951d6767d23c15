"""Addresses of the learning app. Pages that show sessions live at the top."""

from django.urls import path

from learning.api import certificates, progress, teaching

pages: list[object] = []
api = [
    path("enrollments/<str:enrollment_id>/content", progress.Content.as_view()),
    path("enrollments/<str:enrollment_id>/modules/<str:module_id>", progress.Module.as_view()),
    path("certificates", certificates.Certificates.as_view()),
    path("certificates/recommend", certificates.Recommendations.as_view()),
    path("certificates/issue", certificates.Issues.as_view()),
    path("certificates/verify/<str:code>", certificates.Verification.as_view()),
    path("certificates/<str:certificate_id>", certificates.CertificateDecision.as_view()),
    path("student-teachers", teaching.StudentTeachers.as_view()),
    path("courses/<str:course_id>/teaching-applications", teaching.CourseApplications.as_view()),
    path("teaching-applications", teaching.Applications.as_view()),
    path("teaching-applications/<str:application_id>", teaching.ApplicationDecision.as_view()),
]
