"""The gallery renders every component with the real settings, so a broken one fails here."""

from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage.cookie import CookieStorage
from django.test import RequestFactory, SimpleTestCase

from peerloop.pages.gallery import gallery


class GalleryTests(SimpleTestCase):
    def test_every_component_is_rendered(self):
        request = RequestFactory().get("/dev/gallery")
        request.user = AnonymousUser()
        request.csp_nonce = "n0nce"
        request._messages = CookieStorage(request)

        html = gallery(request).content.decode()

        for piece in (
            "slots__day",
            "split__bar",
            "course-card",
            "dialog",
            "toast--danger",
            "ring--160",
        ):
            assert piece in html, piece
        assert " style=" not in html
        assert " onclick=" not in html
        assert html.count("<script") == html.count('nonce="n0nce"')
        assert html.count("<h1") == 1
