"""What search engines and chats show of a page: schema.org data and the Open Graph.

Only what the page itself shows to everybody goes in.
"""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse

from catalog.queries import CourseDetail
from peerloop.kit.currencies import decimals_of
from peerloop.kit.pictures import public_url

PLATFORM = {"@type": "Organization", "name": "PeerLoop"}


@dataclass(frozen=True, slots=True)
class Shared:
    """A page as others show it: title, one sentence, address, picture ("" for none), data."""

    kind: str
    title: str
    summary: str
    url: str
    picture: str
    data: dict[str, Any]


def shared_course(course: CourseDetail) -> Shared:
    """A course with its price; the rating is left out while nobody has rated it (RATE-6)."""
    url = settings.BASE_URL + reverse("course", args=[course.slug])
    whole = 10 ** decimals_of(course.currency)
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Course",
        "name": course.title,
        "description": course.tagline or course.description[:500],
        "url": url,
        "provider": PLATFORM,
        "author": {"@type": "Person", "name": course.creator.name},
        "educationalLevel": course.level_label,
        "teaches": course.objectives,
        "offers": {
            "@type": "Offer",
            "category": "Paid",
            "price": f"{course.price_cents / whole:.{decimals_of(course.currency)}f}",
            "priceCurrency": course.currency.upper(),
            "url": url,
        },
        "hasCourseInstance": {
            "@type": "CourseInstance",
            "courseMode": "Online",
            "courseWorkload": f"PT{course.session_minutes * len(course.modules)}M",
        },
    }
    if course.rating is not None:
        data["aggregateRating"] = {
            "@type": "AggregateRating",
            "ratingValue": course.rating,
            "ratingCount": course.rating_count,
        }
    picture = public_url(course.thumbnail_url) or ""
    return Shared("website", course.title, data["description"], url, picture, data)


def shared_person(told: dict[str, Any], page: str) -> Shared:
    """A member with a public profile; ``told`` is what everybody sees, ``page`` the URL's name."""
    url = settings.BASE_URL + reverse(page, args=[told["handle"]])
    picture = public_url(told["avatar_url"]) or ""
    person = {
        "@type": "Person",
        "name": told["name"],
        "url": url,
        "jobTitle": told["title"],
        "description": told["bio_short"],
        "image": picture,
        "knowsAbout": told["expertise"],
    }
    data = {
        "@context": "https://schema.org",
        "@type": "ProfilePage",
        "mainEntity": {name: value for name, value in person.items() if value},
    }
    return Shared("profile", told["name"], told["bio_short"] or "", url, picture, data)
