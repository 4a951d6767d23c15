"""What search engines and chats learn of the site."""

import json
import re
import xml.etree.ElementTree as ET
from datetime import datetime, timedelta

import pytest

from accounts.models import User
from catalog.models import Course
from peerloop.kit import clock
from tests.cast import a_course, a_member, browse

pytestmark = pytest.mark.django_db
LOCATION = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"


def locations(address: str) -> list[str]:
    """The paths that a sitemap names."""
    answer = browse().get(address)
    assert answer.status_code == 200
    tree = ET.fromstring(answer.content)
    return [str(one.text).removeprefix("http://testserver") for one in tree.iter(LOCATION)]


def data_of(address: str) -> dict:
    """The data for search engines in a page; fails if there is none or several."""
    page = browse().get(address).content.decode()
    [text] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    return json.loads(text)


def test_programs_are_kept_from_private_pages_and_led_to_the_sitemap(settings):
    settings.BASE_URL = "https://peerloop.test"
    text = browse().get("/robots.txt").content.decode()
    assert "Disallow: /messages" in text
    assert "Disallow: /courses\n" not in text
    assert "Disallow: /courses/*/enroll" in text
    assert text.endswith("Sitemap: https://peerloop.test/sitemap.xml\n")


def test_whoever_finds_a_weakness_reads_whom_to_tell(settings):
    settings.BASE_URL, settings.SECURITY_EMAIL = "https://peerloop.test", "safe@peerloop.test"
    answer = browse().get("/.well-known/security.txt")
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    said = dict(line.split(": ", 1) for line in answer.content.decode().splitlines()[::-1])
    assert said["Contact"] == "mailto:safe@peerloop.test"
    assert said["Canonical"] == "https://peerloop.test/.well-known/security.txt"
    left = datetime.fromisoformat(said["Expires"]) - clock.now()
    assert timedelta(days=170) < left < timedelta(days=365)


def test_the_index_leads_to_every_sitemap():
    found = locations("/sitemap.xml")
    assert found == ["/sitemap-pages.xml", "/sitemap-courses.xml", "/sitemap-people.xml"]
    assert all(locations(one) is not None for one in found)


def test_every_page_of_the_sitemap_opens():
    found = locations("/sitemap-pages.xml")
    assert len(found) > 8
    assert {browse().get(one).status_code for one in found} == {200}


def test_only_published_courses_are_listed():
    course = a_course()
    assert locations("/sitemap-courses.xml") == [f"/courses/{course.slug}"]
    Course.objects.update(status="draft")
    assert locations("/sitemap-courses.xml") == []


def test_only_public_profiles_are_listed():
    creator = a_course().creator
    User.objects.filter(pk=creator.pk).update(privacy_public=False)
    assert locations("/sitemap-people.xml") == []
    User.objects.filter(pk=creator.pk).update(privacy_public=True)
    assert locations("/sitemap-people.xml") == [f"/creators/{creator.handle}"]
    assert browse().get(f"/creators/{creator.handle}").status_code == 200


@pytest.mark.parametrize("address", ["/sitemap-x.xml", "/sitemap-pages.xml?p=9", "/sitemap-.xml"])
def test_a_sitemap_that_there_is_not_is_a_404(address):
    assert browse().get(address).status_code == 404


def test_the_sitemap_costs_the_same_for_many_courses(django_assert_num_queries):
    for _ in range(5):
        a_course()
    with django_assert_num_queries(2):
        assert len(locations("/sitemap-courses.xml")) == 5


def test_a_course_tells_its_price_and_leaves_out_a_rating_that_it_has_not(settings):
    settings.BASE_URL = "https://peerloop.test"
    course = a_course()
    data = data_of(f"/courses/{course.slug}")
    assert data["@type"] == "Course"
    assert data["offers"]["price"] == f"{course.price_cents / 100:.2f}"
    assert data["offers"]["url"] == f"https://peerloop.test/courses/{course.slug}"
    assert "aggregateRating" not in data


def test_a_rated_course_tells_its_rating():
    course = a_course()
    Course.objects.update(rating=4.5, rating_count=12)
    rating = data_of(f"/courses/{course.slug}")["aggregateRating"]
    assert (rating["ratingValue"], rating["ratingCount"]) == (4.5, 12)


def test_a_title_cannot_leave_the_data():
    course = a_course()
    Course.objects.update(title="</script><script>alert(1)</script> & <b>")
    assert data_of(f"/courses/{course.slug}")["name"].startswith("</script>")
    assert "alert(1)</script>" not in browse().get(f"/courses/{course.slug}").content.decode()


def test_a_private_member_is_told_to_no_search_engine():
    member = a_member()
    User.objects.filter(pk=member.pk).update(privacy_public=False)
    page = browse().get(f"/u/{member.handle}").content.decode()
    assert "ld+json" not in page
    assert "og:" not in page
    assert "noindex" in page


def test_a_public_member_is_told_with_what_the_page_shows():
    member = a_member()
    User.objects.filter(pk=member.pk).update(privacy_public=True, title="Gardener")
    person = data_of(f"/u/{member.handle}")["mainEntity"]
    assert person["jobTitle"] == "Gardener"
    assert "description" not in person
    page = browse().get(f"/u/{member.handle}").content.decode()
    assert f'rel="canonical" href="http://localhost:8000/u/{member.handle}"' in page
