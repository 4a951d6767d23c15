"""What a profile shows beside its words: who sees it, in which order, and where links lead."""

import pytest

from accounts.files.actions.storing import clear_removed
from accounts.members.actions.media import MOST_MEDIA
from accounts.members.videos import provider_of, video_link
from accounts.models import Block, File, User, UserMedia
from accounts.tests.uploads import archive, pdf, picture, upload
from peerloop.kit import clock
from tests.cast import a_member, browse

pytestmark = pytest.mark.django_db
PAGE = "/settings/profile/media"
VIDEO = "https://www.youtube.com/watch?v=dQw4w9WgXcQ"


@pytest.fixture
def sam():
    return a_member(privacy_public=True)


def add(sam, name="me.png", content=b"", **more):
    sent = {"file": upload(name, content or picture()), **more}
    assert browse(sam).post(f"{PAGE}/files", sent).status_code == 302
    return UserMedia.objects.filter(user=sam).last()


def status(viewer, path):
    return browse(viewer).get(path).status_code


def address(sam, media, edge=""):
    return f"/u/{sam.handle}/media/{media.pk}{edge}"


def test_pictures_papers_and_videos_stand_on_the_profile(sam):
    image, paper = add(sam, title="At <work>"), add(sam, "cv.pdf", pdf())
    browse(sam).post(f"{PAGE}/videos", {"url": "https://youtu.be/dQw4w9WgXcQ?t=3", "title": ""})

    page = browse().get(f"/u/{sam.handle}").content.decode()
    assert f'src="{address(sam, image, "/480.webp")}"' in page
    assert "<span>At &lt;work&gt;</span>" in page
    assert f'href="{address(sam, paper)}" download' in page
    assert f'href="{VIDEO}" rel="noopener nofollow ugc"' in page
    assert "Video at YouTube" in page
    assert "<iframe" not in page
    shown = browse().get(address(sam, image, "/480.webp"))
    assert (shown["Content-Type"], shown["Cache-Control"]) == ("image/webp", "private, max-age=300")
    download = browse().get(address(sam, paper))
    assert download["Content-Disposition"] == 'attachment; filename="cv.pdf"'
    assert status(None, address(sam, image, "/481.webp")) == 404
    assert status(None, address(sam, paper, "x")) == 404


def test_a_private_profile_and_a_block_hide_them(sam):
    image, olga = add(sam), a_member("Olga Stranger")
    paths = (address(sam, image), address(sam, image, "/480.webp"))
    assert [status(olga, path) for path in paths] == [200, 200]

    Block.objects.create(blocker=sam, blocked=olga)
    assert [status(olga, path) for path in paths] == [404, 404]
    User.objects.filter(pk=sam.pk).update(privacy_public=False)
    for viewer in (None, a_member("Tom Teacher")):
        assert [status(viewer, path) for path in paths] == [404, 404]
        assert str(image.pk) not in browse(viewer).get(f"/u/{sam.handle}").content.decode()
    for viewer in (sam, a_member("Mona Moderator", is_moderator=True)):
        assert [status(viewer, path) for path in paths] == [200, 200]
    other = a_member("Olga Other", privacy_public=True)
    assert status(None, f"/u/{other.handle}/media/{image.pk}") == 404


def test_what_waits_for_its_scan_is_seen_by_its_owner_alone(sam):
    paper = add(sam, "curriculum.pdf", pdf())
    File.objects.update(scan="pending", scanner="")
    assert status(None, address(sam, paper)) == 409
    assert status(sam, address(sam, paper)) == 200
    page = browse().get(f"/u/{sam.handle}").content.decode()
    assert "curriculum" not in page.partition("<main")[2]
    assert "others see it after that" in browse(sam).get("/settings/profile").content.decode()


def test_they_are_moved_and_removed(sam):
    one, two, three = (add(sam, title=title) for title in ("One", "Two", "Three"))

    def move(media, earlier):
        answer = browse(sam).post(f"{PAGE}/{media.pk}/move", {"earlier": earlier})
        assert answer.status_code == 302
        return list(UserMedia.objects.filter(user=sam).values_list("title", flat=True))

    assert move(three, "1") == ["One", "Three", "Two"]
    assert move(one, "0") == ["Three", "One", "Two"]
    assert move(three, "1") == move(two, "0") == ["Three", "One", "Two"]
    assert browse(sam).post(f"{PAGE}/{one.pk}/move", {"earlier": "x"}).status_code == 400

    browse(sam).post(f"{PAGE}/{one.pk}/remove")
    assert move(two, "1") == ["Two", "Three"]
    assert clear_removed(at=clock.now()) == 1


def test_nobody_moves_or_removes_what_is_not_theirs(sam):
    image, olga = add(sam), browse(a_member("Olga Stranger"))
    for path in (f"{PAGE}/{image.pk}/move", f"{PAGE}/{image.pk}/remove"):
        assert olga.post(path, {"earlier": "1"}).status_code == 404
        assert browse().post(path).status_code == 302
    assert UserMedia.objects.filter(pk=image.pk).exists()


def test_a_profile_holds_twelve(sam):
    for position in range(1, MOST_MEDIA + 1):
        UserMedia.objects.create(
            user=sam, kind="video_link", url=VIDEO, title="x", position=position
        )
    for path, sent in (
        (f"{PAGE}/files", {"file": upload("a.png", picture())}),
        (f"{PAGE}/videos", {"url": VIDEO}),
    ):
        answer = browse(sam).post(path, sent)
        assert answer.status_code == 422
        assert "Remove one first" in answer.content.decode()
    assert not File.objects.exists()


@pytest.mark.parametrize(
    ("path", "sent", "said"),
    [
        ("files", {}, "Choose a file first."),
        ("files", {"file": ("a.zip", archive(a__txt=b"x"))}, "Archives are not taken."),
        ("files", {"file": ("a.txt", b"Hello")}, "We take pictures and PDF."),
        ("files", {"file": ("a.png", picture()), "title": "x" * 121}, "At most|at most 120"),
        ("videos", {}, "required"),
        ("videos", {"url": "https://evil.example/watch?v=dQw4w9WgXcQ"}, "YouTube, Vimeo or Loom"),
        ("videos", {"url": VIDEO, "title": "x" * 121}, "at most 120"),
    ],
    ids=["no file", "archive", "text", "long title", "no link", "elsewhere", "long words"],
)
def test_what_does_not_fit_is_said_beside_the_field(sam, path, sent, said):
    if "file" in sent:
        sent = {**sent, "file": upload(*sent["file"])}
    answer = browse(sam).post(f"{PAGE}/{path}", sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert any(words in page for words in said.split("|"))
    assert not UserMedia.objects.exists()


LINKS = {
    "https://www.youtube.com/watch?v=dQw4w9WgXcQ&list=x": VIDEO,
    "https://m.youtube.com/shorts/dQw4w9WgXcQ": VIDEO,
    "http://youtu.be/dQw4w9WgXcQ": VIDEO,
    " https://youtube.com/embed/dQw4w9WgXcQ?autoplay=1 ": VIDEO,
    "https://vimeo.com/123456789": "https://vimeo.com/123456789",
    "https://vimeo.com/123456789/abcdef0123": "https://vimeo.com/123456789/abcdef0123",
    "https://player.vimeo.com/video/123456789": "https://vimeo.com/123456789",
    "https://loom.com/share/" + "a1" * 16: "https://www.loom.com/share/" + "a1" * 16,
    "https://www.youtube.com/": None,
    "https://www.youtube.com/redirect?q=https://evil.example": None,
    "https://www.youtube.com/watch?v=x%22onload": None,
    "https://youtube.com.evil.example/watch?v=dQw4w9WgXcQ": None,
    "https://user@www.youtube.com/watch?v=dQw4w9WgXcQ": None,
    "https://www.youtube.com:8080/watch?v=dQw4w9WgXcQ": None,
    "https://www.youtube.com:x/watch?v=dQw4w9WgXcQ": None,
    "javascript:alert(1)//www.youtube.com/watch?v=dQw4w9WgXcQ": None,
    "//www.youtube.com/watch?v=dQw4w9WgXcQ": None,
    "https://vimeo.com/channels/staff": None,
    "https://[": None,
    "": None,
}


@pytest.mark.parametrize("number", range(len(LINKS)))
def test_only_videos_of_known_providers_are_linked(number):
    typed, kept = list(LINKS.items())[number]
    assert video_link(typed) == kept
    if kept:
        assert video_link(kept) == kept
        assert provider_of(kept) in ("YouTube", "Vimeo", "Loom")
