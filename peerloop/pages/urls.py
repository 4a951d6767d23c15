"""Addresses of the pages that show several floors at once."""

from django.conf import settings
from django.urls import path

from peerloop.kit import assets
from peerloop.pages import demo

pages = [*assets.urlpatterns]
api: list = []
if settings.DEMO:
    pages.append(path("demo/clock", demo.demo_clock, name="demo-clock"))
