"""URLs of the pages that combine several apps."""

from django.conf import settings
from django.urls import path
from django.views.generic import RedirectView

from peerloop.kit import theme
from peerloop.kit.paths import POLICY_REPORTS
from peerloop.pages import (
    apply,
    changelog,
    course,
    course_room,
    courses,
    create,
    dashboard,
    demo,
    directories,
    enrollments,
    gallery,
    health,
    help_center,
    home,
    learn,
    matching,
    members,
    metrics,
    onboarding,
    policy_reports,
    profile,
    related,
    resources,
    search_engines,
    static_pages,
    teach,
    teach_homework,
)

pages = [
    *theme.urlpatterns,
    path("favicon.ico", static_pages.favicon, name="favicon"),
    path("robots.txt", search_engines.robots, name="robots"),
    path("sitemap.xml", search_engines.sitemap_index, name="sitemap-index"),
    path("sitemap-<section>.xml", search_engines.sitemap, name="sitemap"),
    path(POLICY_REPORTS[1:], policy_reports.policy_reports, name="policy-reports"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("", home.home, name="home"),
    path("teachers/free", home.free_teachers, name="free-teachers"),
    path("how-it-works", static_pages.how_it_works, name="how-it-works"),
    path("pricing", static_pages.pricing, name="pricing"),
    path("for-creators", static_pages.for_creators, name="for-creators"),
    path("about", static_pages.about, name="about"),
    path("changelog", changelog.changelog, name="changelog"),
    path("legal/terms", static_pages.terms, name="terms"),
    path("legal/privacy", static_pages.privacy_policy, name="privacy-policy"),
    path("help-center", help_center.help_center, name="help-center"),
    path("contact", help_center.contact, name="contact"),
    path("courses", courses.courses, name="courses"),
    path("courses/<slug:slug>", course.course, name="course"),
    path("courses/<slug:slug>/teachers", matching.matching, name="course-matching"),
    path("courses/<slug:slug>/related", related.related, name="course-related"),
    path("creators", directories.creators, name="creators"),
    path("creators/<str:handle>", profile.creator, name="creator"),
    path("student-teachers", directories.student_teachers, name="student-teachers"),
    path("student-teachers/<str:handle>", profile.teacher, name="student-teacher"),
    path("u/<str:handle>", profile.profile, name="profile"),
    path("metrics", metrics.metrics, name="metrics"),
    path("admin", RedirectView.as_view(pattern_name="admin:index"), name="admin"),
    path("dashboard", dashboard.dashboard, name="dashboard"),
    path("learn", learn.courses, name="learn"),
    path("learn/<uuid:enrollment_id>", course_room.room, name="learn-room"),
    path(
        "learn/<uuid:enrollment_id>/modules/<uuid:module_id>",
        course_room.module,
        name="learn-module",
    ),
    path("learn/<uuid:enrollment_id>/resources", resources.resources, name="learn-resources"),
    path("onboarding", onboarding.interests, name="onboarding"),
    path("onboarding/people", onboarding.people, name="onboarding-people"),
    path("onboarding/finish", onboarding.finish, name="finish-onboarding"),
    path("settings/interests", onboarding.settings, name="interest-settings"),
    path("create", create.home, name="create"),
    path("create/courses/<uuid:course_id>/publication", create.publication, name="publication"),
    path("create/courses/<uuid:course_id>/preview", course.preview, name="studio-preview"),
    path("teach", teach.home, name="teach"),
    path("teach/apply/<slug:slug>", apply.apply, name="teach-apply"),
    path("teach/homework", teach_homework.waiting, name="teach-homework"),
    path("teach/students", teach.students, name="teach-students"),
]
api = [
    path("enrollments", enrollments.EnrollmentsEndpoint.as_view(), name="enrollments"),
    path(
        "enrollments/<str:enrollment_id>/resources",
        resources.Materials.as_view(),
        name="enrollment-resources",
    ),
    path("users/<str:user_id>", members.MemberEndpoint.as_view(), name="member"),
    path("courses/<str:course_id>", course.CourseEndpoint.as_view(), name="course"),
]
if settings.DEMO:
    pages.append(path("demo/clock", demo.demo_clock, name="demo-clock"))
if settings.DEBUG:
    pages.append(path("dev/gallery", gallery.gallery, name="gallery"))
