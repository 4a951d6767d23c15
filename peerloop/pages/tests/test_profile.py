"""The page of a member at /u/, /creators/ and /student-teachers/, and its actions."""

import pytest

from accounts.members.actions.relations import block_member
from accounts.models import Block, Expertise, Follow, Qualification, User
from peerloop.kit import clock
from tests.cast import a_course, a_member, a_teacher, browse

pytestmark = pytest.mark.django_db
SECRETS = ("Analyst", "Story", "Short", "clara.example", "Ten years", "python", "Philosophy")


@pytest.fixture
def clara():
    clara = a_member(
        "Clara Creator",
        title="Analyst",
        bio="Story",
        bio_short="Short",
        website="https://clara.example",
        teaching_philosophy="Philosophy",
        is_creator=True,
        privacy_public=True,
    )
    Qualification.objects.create(user=clara, sentence="Ten years", position=1)
    Expertise.objects.create(user=clara, tag="python")
    a_course(clara, title="Prompting well")
    return clara


def text(path, viewer=None, status=200):
    answer = browse(viewer).get(path)
    assert answer.status_code == status
    return answer.content.decode()


@pytest.mark.parametrize("path", ["/u/", "/creators/"])
def test_the_whole_profile_of_a_public_creator_is_shown(clara, path):
    page = text(f"{path}{clara.handle}")

    for words in (*SECRETS, "Prompting well", f"@{clara.handle}"):
        assert words in page
    assert "0 followers" not in page
    assert clara.email not in page
    assert text(f"{path}{clara.handle.upper()}")


@pytest.mark.parametrize("path", ["/u/", "/creators/", "/student-teachers/"])
@pytest.mark.parametrize("viewer", [None, "Olga Stranger"])
def test_a_private_member_is_a_minimal_card_at_every_url(clara, path, viewer):
    User.objects.filter(pk=clara.pk).update(privacy_public=False)

    page = text(f"{path}{clara.handle}", a_member(viewer) if viewer else None)

    assert "Clara Creator" in page
    assert f"@{clara.handle}" in page
    for words in (*SECRETS, "Prompting well", "follower"):
        assert words not in page
    assert 'content="noindex"' in page


def test_the_owner_sees_all_and_what_others_see(clara):
    User.objects.filter(pk=clara.pk).update(privacy_public=False)
    clara.refresh_from_db()

    assert "Story" in text(f"/u/{clara.handle}", clara)
    preview = text(f"/u/{clara.handle}?as=others", clara)
    assert "This is how others see you" in preview
    assert "Story" not in preview
    assert "Story" not in text(f"/u/{clara.handle}?as=others", a_member("Olga Stranger"))


def test_without_the_role_it_redirects_to_the_plain_page():
    sam = a_member(privacy_public=True)

    for path in ("/creators/", "/student-teachers/"):
        answer = browse().get(f"{path}{sam.handle}")
        assert (answer.status_code, answer["Location"]) == (302, f"/u/{sam.handle}")


def test_the_page_of_a_teacher_shows_their_courses():
    tom = a_teacher(a_course(title="Prompting well")).user
    User.objects.filter(pk=tom.pk).update(privacy_public=True)

    page = text(f"/student-teachers/{tom.handle}")

    assert "Prompting well" in page
    assert "since January 2026" in page
    assert "No free time now" in page


@pytest.mark.parametrize("handle", ["nobody", "settings", "..", "%00", "a" * 300, "<script>"])
def test_unknown_handles_get_404(handle):
    assert browse().get(f"/u/{handle}").status_code in (400, 404)


def test_suspended_and_deleted_members_get_404(clara):
    for change in ({"suspended_at": clock.now()}, {"deleted_at": clock.now()}):
        User.objects.filter(pk=clara.pk).update(suspended_at=None, deleted_at=None)
        User.objects.filter(pk=clara.pk).update(**change)
        for path in ("/u/", "/creators/", "/student-teachers/"):
            text(f"{path}{clara.handle}", status=404)


def test_following_from_the_page(clara):
    sam = a_member()
    browser = browse(sam)
    path = f"/u/{clara.handle}"

    assert browser.post(f"{path}/follow", {"follow": "1"})["Location"] == path
    assert Follow.objects.filter(follower=sam, followed=clara).exists()
    page = browser.get(path).content.decode()
    assert "Following" in page
    assert "1 follower" in page
    part = browser.post(f"{path}/follow", {"follow": "0"}, headers={"HX-Request": "true"})
    assert "Follow</span>" in part.content.decode()
    assert not Follow.objects.exists()

    assert browser.post(f"{path}/follow", {"follow": "x"}).status_code == 400
    assert browser.get(f"{path}/follow").status_code == 405
    assert browse().post(f"{path}/follow", {"follow": "1"})["Location"].startswith("/login")


def test_the_follower_count_is_updated_where_it_is_visible(clara):
    sam, path = browse(a_member()), f"/u/{clara.handle}/follow"
    sent = {"follow": "1", "count": "1"}
    part = sam.post(path, sent, headers={"HX-Request": "true"}).content.decode()
    assert "1 follower</a>" in part
    User.objects.filter(pk=clara.pk).update(privacy_public=False)

    part = sam.post(path, sent, headers={"HX-Request": "true"}).content.decode()

    assert "Following" in part
    assert "1 follower" not in part


def test_blocking_from_the_page(clara):
    sam = a_member()

    browse(clara).post(f"/u/{sam.handle}/block", {"block": "1"})

    assert Block.objects.filter(blocker=clara, blocked=sam).exists()
    for path in ("/u/", "/creators/", "/student-teachers/"):
        text(f"{path}{clara.handle}", sam, status=404)
    text(f"/u/{clara.handle}/followers", sam, status=404)
    assert "Clara Creator" not in text("/creators", sam)
    assert "Unblock" in text(f"/u/{sam.handle}", clara)
    assert "Sam Student" in text("/settings/blocks", clara)
    back = browse(clara).post(
        f"/u/{sam.handle}/block", {"block": "0", "next": "//evil.test/settings/blocks"}
    )
    assert back["Location"] == f"/u/{sam.handle}"
    assert not Block.objects.exists()
    assert "blocked nobody" in text("/settings/blocks", clara)


@pytest.mark.parametrize("which", ["followers", "following"])
def test_lists_need_sign_in_and_leave_out_private_members(clara, which):
    sam = a_member()
    browse(sam).post(f"/u/{clara.handle}/follow", {"follow": "1"})
    browse(clara).post(f"/u/{sam.handle}/follow", {"follow": "1"})

    assert browse().get(f"/u/{clara.handle}/{which}").status_code == 302
    assert "Sam Student" in text(f"/u/{clara.handle}/{which}", a_member("Olga Stranger"))
    User.objects.filter(pk=clara.pk).update(privacy_public=False)
    page = text(f"/u/{clara.handle}/{which}", a_member("Olga Other"))
    assert "Sam Student" not in page
    assert "private profile" in page


@pytest.mark.parametrize("signed_in", [False, True])
def test_the_number_of_queries_is_constant(clara, signed_in, django_assert_max_num_queries):
    a_teacher(a_course(clara), clara)
    browser = browse(a_member() if signed_in else None)
    for number in range(5):
        a_course(clara, title=f"Course {number}")

    with django_assert_max_num_queries(18 if signed_in else 12):
        browser.get(f"/creators/{clara.handle}")


def test_a_blocked_member_cannot_follow_from_the_page(clara):
    sam = a_member()
    block_member(member=sam, by=clara, at=clock.now())

    answer = browse(sam).post(f"/u/{clara.handle}/follow", {"follow": "1"})

    assert answer.status_code == 404
    assert not Follow.objects.exists()
