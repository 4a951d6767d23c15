"""One bare view for each role: one prepared statement, one shape, nothing around it."""

from datetime import UTC, datetime
from typing import Any

import orjson
from django.db import IntegrityError, connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from bench.limit import sql

CARDS = 18
LINKS = (
    ("Courses", "/courses"),
    ("Teachers", "/student-teachers"),
    ("Creators", "/creators"),
    ("How it works", "/how-it-works"),
    ("Pricing", "/pricing"),
)
MEMBER_LINKS = (
    ("Dashboard", "/dashboard"),
    ("My courses", "/learn"),
    ("Calendar", "/calendar"),
    ("Certificates", "/certificates"),
)
ACCOUNT_LINKS = (
    ("Profile", "/settings/profile"),
    ("Notices", "/settings/notifications"),
    ("Security", "/settings/security"),
    ("Become a creator", "/create/apply"),
)
SORTS = (
    ("Best rated", ""),
    ("Most students", "?sort=students"),
    ("Lowest price", "?sort=price"),
    ("Newest", "?sort=newest"),
)
LEVELS = ("beginner", "intermediate", "advanced")


def courses(request: HttpRequest) -> HttpResponse:
    """What GET /api/v1/courses answers."""
    rows = _rows(sql.COURSES, [])
    found = [
        {
            "id": row[0],
            "title": row[1],
            "description": row[2],
            "thumbnail_url": row[3] or None,
            "level": row[4],
            "price_cents": row[5],
            "duration": row[6],
            "rating": row[7],
            "student_count": row[8],
            "category": {"id": row[9], "name": row[10]},
            "creator": {"id": row[11], "name": row[12], "avatar_url": row[13] or None},
        }
        for row in rows
    ]
    return _json({"courses": found, "total": rows[0][14], "page": 1})


def course(request: HttpRequest, key: str) -> HttpResponse:
    """What GET /api/v1/courses/<id> answers a visitor."""
    row = _rows(sql.COURSE, [key])[0]
    return _json(
        {
            "id": row[0],
            "title": row[1],
            "description": row[2],
            "thumbnail_url": row[3] or None,
            "level": row[4],
            "price_cents": row[5],
            "duration": row[6],
            "rating": row[7],
            "student_count": row[8],
            "category": {"id": row[9], "name": row[10]},
            "creator": {"id": row[11], "name": row[12], "avatar_url": row[13] or None},
            "tags": row[14],
            "learning_objectives": row[15],
            "includes": row[16],
            "curriculum": orjson.loads(row[17]),
            "peerloop_features": {
                "one_on_one_teaching": row[18],
                "certified_teachers": row[19],
                "earn_while_teaching": row[20],
                "teacher_commission": row[21],
            },
            "student_teachers": [
                {
                    "user": {"id": one[0], "name": one[1], "avatar_url": one[2] or None},
                    "students_taught": one[3],
                    "certified_date": one[4],
                }
                for one in orjson.loads(row[22])
            ],
            "is_enrolled": False,
            "is_following": False,
        }
    )


def enrollments(request: HttpRequest, student: str) -> HttpResponse:
    """What GET /api/v1/enrollments answers the student."""
    rows = _rows(sql.ENROLLMENTS, [student, student])
    found = [
        {
            "id": row[0],
            "course": {"id": row[1], "title": row[2], "slug": row[3], "thumbnail_url": row[4]},
            "status": row[5],
            "progress_percent": row[6],
            "modules_paid": row[7],
            "enrolled_at": row[8],
            "student_teacher": {"id": row[9], "name": row[10], "avatar_url": row[11] or None},
            "next_session": {
                "id": row[12],
                "scheduled_start": row[13],
                "scheduled_end": row[14],
                "status": row[15],
            },
        }
        for row in rows
    ]
    return _json({"enrollments": found, "total": rows[0][16], "page": 1})


def catalog(request: HttpRequest) -> HttpResponse:
    """What GET /courses shows."""
    rows = _rows(sql.CATALOG, [])
    by_level = orjson.loads(rows[0][11])
    total = sum(by_level.values())
    context = {
        "path": "/courses",
        "links": LINKS,
        "sorts": SORTS,
        "total": total,
        "pages": -(-total // CARDS),
        "shelves": orjson.loads(rows[0][10]),
        "levels": [(level, level.capitalize(), by_level[level]) for level in LEVELS],
        "cards": [
            {
                "slug": row[0],
                "title": row[1],
                "picture": row[2],
                "level": row[3].capitalize(),
                "price": _dollars(row[4]),
                "rating": row[5],
                "reviews": row[6],
                "creator": row[7],
                "free": row[8],
                "free_at": row[9],
            }
            for row in rows
        ],
    }
    return render(request, "catalog.html", context)


def page(request: HttpRequest, slug: str) -> HttpResponse:
    """What GET /courses/<slug> shows a visitor."""
    row = _rows(sql.PAGE, [slug])[0]
    cents = row[6]
    found = {
        "slug": row[0],
        "title": row[1],
        "tagline": row[2],
        "description": row[3],
        "picture": row[4],
        "level": row[5].capitalize(),
        "price": _dollars(cents),
        "rating": row[7],
        "reviews": row[8],
        "length": f"{row[9] // 60} h",
        "shelf": row[10],
        "shelf_slug": row[11],
        "creator": row[12],
        "creator_handle": row[13],
        "creator_title": row[14],
        "tags": row[15],
        "objectives": row[16],
        "includes": row[17],
        "audience": row[18],
        "prerequisites": orjson.loads(row[19]),
        "modules": orjson.loads(row[20]),
        "teachers": orjson.loads(row[21]),
        "times": orjson.loads(row[22]),
        "people": _dollars(cents * 85 // 100),
        "parts": [
            ("Your teacher", 70, _dollars(cents * 70 // 100)),
            (row[12], 15, _dollars(cents * 15 // 100)),
            ("PeerLoop", 15, _dollars(cents * 15 // 100)),
        ],
    }
    context = {"path": "", "links": LINKS, "course": found}
    return render(request, "course.html", context)


def dashboard(request: HttpRequest, student: str) -> HttpResponse:
    """What GET /dashboard shows the student."""
    name, email, unread, learning, sessions = _rows(sql.DASHBOARD, [student])[0]
    words = name.split()
    found = orjson.loads(sessions)
    days = (datetime.fromisoformat(found[0][4]) - datetime.now(UTC)).days
    context = {
        "path": "/dashboard",
        "member_links": MEMBER_LINKS,
        "account_links": ACCOUNT_LINKS,
        "person": {
            "name": name,
            "email": email,
            "first": words[0],
            "initials": words[0][0] + words[-1][0],
        },
        "unread": unread,
        "learning": orjson.loads(learning),
        "sessions": found,
        "relative": "in 1 day" if days == 1 else f"in {days} days",
    }
    return render(request, "dashboard.html", context)


def book(request: HttpRequest) -> HttpResponse:
    """One row that the database lets in or not."""
    asked = orjson.loads(request.body)
    start = asked["scheduled_start"]
    try:
        with connection.cursor() as cursor:
            cursor.execute(sql.BOOK, [asked["teacher_id"], asked["enrollment_id"], start, start])
    except IntegrityError:
        return HttpResponse(orjson.dumps({"code": "slot_taken"}), status=409)
    return HttpResponse(orjson.dumps(asked), status=201, content_type="application/json")


def _dollars(cents: int) -> str:
    return f"${cents // 100:,}.{cents % 100:02d}"


def _rows(statement: str, values: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def _json(body: dict[str, Any]) -> HttpResponse:
    return HttpResponse(
        orjson.dumps(body, option=orjson.OPT_UTC_Z), content_type="application/json"
    )


urlpatterns = [
    path("courses.json", courses),
    path("courses/<str:key>.json", course),
    path("enrollments/<str:student>.json", enrollments),
    path("courses", catalog),
    path("courses/<slug:slug>", page),
    path("dashboard/<str:student>", dashboard),
    path("sessions", book),
]
