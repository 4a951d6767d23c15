"""The picture of a member: uploaded, cut, replaced, removed, shown everywhere."""

import io
import re

import pytest
from django.conf import settings
from PIL import Image

from accounts.files import pictures, storage
from accounts.files.actions.storing import clear_removed
from accounts.identity import sign_in_limits
from accounts.members.actions.pictures import change_picture
from accounts.models import File, User
from accounts.tests.uploads import animated, hiding, hiding_deep, photo, picture, upload
from catalog.models import Course
from peerloop.kit import clock
from peerloop.kit.markup.people import avatar
from tests.cast import LONG_AGO, a_course, a_member, api, browse

pytestmark = pytest.mark.django_db
SITE = settings.BASE_URL
PAGE = "/settings/profile"


@pytest.fixture
def sam():
    return a_member()


def given(sam, content=b"", name="me.png", **more):
    return change_picture(
        user=sam, upload=upload(name, content or picture()), at=clock.now(), **more
    )


def pixels(address, at=None):
    answer = browse().get(address)
    assert answer.status_code == 200
    image = Image.open(io.BytesIO(b"".join(answer.streaming_content))).convert("RGB")
    return image.size, [image.getpixel(place) for place in at or ()]


def is_red(colour):
    return colour[0] > 150 > colour[2]


HIDING = {
    "rgb": lambda: hiding("RGB", (0, 255, 0), (200, 30, 30)),
    "grey": lambda: hiding("L", 255, 90),
    "grey of 16 bits": lambda: hiding("I;16", 30_000, 20_000),
    "rgb of 16 bits": hiding_deep,
    "palette": lambda: hiding("P", 2, 1),
}


@pytest.mark.parametrize("label", HIDING)
def test_a_colour_that_stands_for_transparent_is_not_shown(sam, label):
    sam = given(sam, HIDING[label]())

    answer = browse().get(sam.avatar_url)
    image = Image.open(io.BytesIO(b"".join(answer.streaming_content))).convert("RGBA")
    assert image.getpixel((50, 128))[3] == 255
    assert image.getpixel((200, 128))[3] == 0


def test_a_picture_is_uploaded_replaced_and_removed(sam):
    client = browse(sam)
    page = client.get(PAGE).content.decode()
    assert 'enctype="multipart/form-data"' in page
    assert "Upload picture" in page

    sent = client.post(f"{PAGE}/picture", {"file": upload("a.png", picture()), "focus": "left"})
    assert (sent.status_code, sent["Location"]) == (302, f"{PAGE}#id_picture")
    first = User.objects.get(pk=sam.pk).avatar_url
    assert "Replace picture" in client.get(PAGE).content.decode()

    client.post(f"{PAGE}/picture", {"file": upload("b.png", picture())})
    second = User.objects.get(pk=sam.pk).avatar_url
    assert first != second
    assert (browse().get(first).status_code, browse().get(second).status_code) == (404, 200)

    client.post(f"{PAGE}/picture/remove")
    client.post(f"{PAGE}/picture/remove")
    assert User.objects.get(pk=sam.pk).avatar_url == ""
    assert browse().get(second).status_code == 404
    assert clear_removed(at=clock.now()) == 2


def test_pictures_are_publicly_cacheable_for_ever(sam):
    address = given(sam).avatar_url
    answer = browse().get(address)
    assert re.fullmatch(r"/pictures/[0-9a-f]{40}/256\.webp", address)
    assert answer["Content-Type"] == "image/webp"
    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer["Content-Disposition"] == "inline"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"].startswith("sandbox")
    assert "Set-Cookie" not in answer
    assert "Vary" not in answer
    assert browse().post(address).status_code == 405


OTHER_PATHS = (
    *("", "x", "a/64.webp", "{key}", "{key}/", "{key}/65.webp", "{key}/64.png", "{key}/064.webp"),
    *("{key}/64.webp/", "../etc/passwd", "{key}/..%2f64.webp", "{key}/64.webp%00", "{KEY}/64.webp"),
)


@pytest.mark.parametrize("path", OTHER_PATHS, ids=str)
def test_no_other_address_below_pictures_answers(sam, path):
    key = given(sam).avatar_url.split("/")[2]
    answer = browse().get("/pictures/" + path.replace("{key}", key).replace("{KEY}", key.upper()))
    assert answer.status_code in (400, 404)


def test_only_public_purposes_lie_below_pictures(sam):
    given(sam)
    File.objects.update(purpose="homework")
    key = File.objects.get().key
    assert browse().get(f"/pictures/{key}/64.webp").status_code == 404


def test_the_camera_is_turned_and_the_first_frame_kept(sam):
    upright, turned = (given(sam, photo(way), "a.jpg").avatar_url for way in (1, 3))
    sides = [(10, 128), (245, 128)]
    size, colours = pixels(turned, sides)
    assert (size, [is_red(one) for one in colours]) == ((256, 256), [False, True])
    assert browse().get(upright).status_code == 404
    moving = given(sam, animated("GIF"), "a.gif").avatar_url
    assert is_red(pixels(moving, [(128, 128)])[1][0])


def test_the_focus_says_which_part_stays(sam):
    wide = picture(size=(400, 100))
    for focus, red in (("left", True), ("right", False)):
        address = given(sam, wide, focus=focus).avatar_url
        assert is_red(pixels(address, [(128, 128)])[1][0]) is red
    answer = browse(sam).post(f"{PAGE}/picture", {"file": upload("a.png", wide), "focus": "up"})
    assert answer.status_code == 422


def test_the_picture_is_shown_sharp_everywhere(sam):
    sam = given(sam)
    key = sam.avatar_url.split("/")[2]
    html = avatar(sam, 96)
    assert f'src="/pictures/{key}/128.webp"' in html
    srcset = (
        f"/pictures/{key}/128.webp 1x, /pictures/{key}/256.webp 2x, /pictures/{key}/512.webp 3x"
    )
    assert f'srcset="{srcset}"' in html
    assert f"/pictures/{key}/64.webp 1x, /pictures/{key}/128.webp 2x" in avatar(sam, 48)

    course = a_course(sam)
    assert Course.objects.filter(creator=sam).exists()
    for page in (f"/u/{sam.handle}", f"/courses/{course.slug}"):
        assert f"/pictures/{key}/" in browse().get(page).content.decode()
    profile = api().get(f"/api/v1/users/{sam.pk}").json()
    assert (profile["is_private"], profile["avatar_url"]) == (True, SITE + sam.avatar_url)


def test_pictures_of_other_hosts_are_not_loaded(sam):
    sam.avatar_url = "https://tracker.example/me.png"
    assert "tracker" not in avatar(sam, 48)
    assert ">SS<" in avatar(sam, 48)


def test_pictures_of_other_hosts_are_not_handed_to_api_clients(sam):
    course = a_course(sam, thumbnail_url="https://tracker.example/cover.png")
    User.objects.filter(pk=sam.pk).update(
        avatar_url="https://tracker.example/me.png", privacy_public=True, is_creator=True
    )
    for path in (f"users/{sam.pk}", "creators", "courses", f"courses/{course.pk}"):
        answer = api().get(f"/api/v1/{path}")
        assert (answer.status_code, b"tracker" in answer.content) == (200, False), path


def test_the_api_clears_a_picture_and_takes_no_path_of_ours(sam):
    sam = given(sam)
    own, path = sam.avatar_url, f"/api/v1/users/{sam.pk}"
    other = given(a_member()).avatar_url

    def patch(value):
        return api(sam).patch(path, {"avatar_url": value}, format="json")

    elsewhere = "https://tracker.example/me.png"
    for wrong in (other, "/logout", "//evil.example/x.png", "/files/x", elsewhere, SITE + other):
        answer = patch(wrong)
        assert (answer.status_code, list(answer.json()["fields"])) == (400, ["avatar_url"])
    for same in (own, SITE + own):
        assert patch(same).json()["avatar_url"] == SITE + own
    assert browse().get(own).status_code == 200
    assert patch(None).json()["avatar_url"] is None
    assert browse().get(own).status_code == 404
    assert browse().get(other).status_code == 200


def test_a_form_without_a_file_says_so(sam):
    answer = browse(sam).post(f"{PAGE}/picture", {"focus": "top"})
    assert answer.status_code == 422
    assert "Choose a file first." in answer.content.decode()


def test_a_body_over_the_limit_is_refused_before_it_is_read(sam):
    big = b"x" * (7 * 1024 * 1024)
    answer = browse(sam).post(f"{PAGE}/picture", {"file": upload("a.png", big)})
    assert answer.status_code == 413
    assert "too large to send: 5 MB is the most" in answer.content.decode()
    back = browse(sam).post(
        f"{PAGE}/picture",
        {"file": upload("a.png", big)},
        headers={"Referer": f"http://testserver{PAGE}"},
    )
    assert back["Location"].endswith(PAGE)
    elsewhere = browse(sam).post(PAGE, {"file": upload("a.png", b"x" * 2_000_000)})
    assert elsewhere.status_code == 413


def test_uploads_are_counted(sam, settings, monkeypatch):
    settings.SIGN_IN_LIMITS = True
    monkeypatch.setitem(sign_in_limits.LIMITS, "upload", sign_in_limits.Limit(2, 60))
    client = browse(sam)
    for _ in range(2):
        assert client.post(f"{PAGE}/picture", {"file": upload("a", b"x")}).status_code == 422
    answer = client.post(f"{PAGE}/picture", {"file": upload("a", b"x")})
    assert answer.status_code == 429


def test_a_decoder_that_hangs_or_dies_is_a_refusal(sam, monkeypatch, tmp_path):
    for program, said in (
        ("while True: pass", "takes too long"),
        ("import os; os.kill(os.getpid(), 11)", "takes too long"),
        ("raise SystemExit(3)", "damaged"),
    ):
        worker = tmp_path / "worker.py"
        worker.write_text(program)
        monkeypatch.setattr(pictures, "WORKER", worker)
        monkeypatch.setattr(pictures, "SECONDS", 0.2)
        answer = browse(sam).post(f"{PAGE}/picture", {"file": upload("a.png", picture())})
        assert answer.status_code == 422
        assert said in answer.content.decode()


def test_the_decoder_knows_no_secret_and_has_its_limits(monkeypatch, tmp_path):
    worker = tmp_path / "worker.py"
    source = pictures.WORKER.read_text().replace(
        "    facts, made = answer(",
        "    import os\n"
        "    limits = [resource.getrlimit(one)[0] for one in (resource.RLIMIT_AS, "
        "resource.RLIMIT_CPU, resource.RLIMIT_FSIZE)]\n"
        "    print(json.dumps({'refused': json.dumps([dict(os.environ), limits])}))\n"
        "    raise SystemExit(0)\n"
        "    facts, made = answer(",
    )
    worker.write_text(source)
    monkeypatch.setenv("SECRET_KEY", "do not tell")
    monkeypatch.setattr(pictures, "WORKER", worker)
    facts, _ = pictures._run(picture(), {})
    assert "do not tell" not in facts["refused"]
    assert f"[{1024**3}, 12, 0]" in facts["refused"]


def test_of_two_concurrent_changes_the_later_one_wins(sam, monkeypatch):
    """The first one's row waits while the second comes and is shown."""
    really_write, later = storage.write, []

    def slow(*told):
        really_write(*told)
        if not later:
            later.append(None)
            later[0] = given(sam).avatar_url

    monkeypatch.setattr(storage, "write", slow)
    with pytest.raises(storage.StorageDown):
        given(sam)
    assert User.objects.get(pk=sam.pk).avatar_url == later[0]
    assert browse().get(later[0]).status_code == 200


def test_a_suspended_member_keeps_the_picture_that_others_know(sam):
    address = given(sam).avatar_url
    User.objects.filter(pk=sam.pk).update(suspended_at=LONG_AGO, suspended_reason="x")
    assert browse().get(address).status_code == 200
