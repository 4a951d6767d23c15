"""The project package as an app: pages, commands, and the table of who hears which fact."""

from django.apps import AppConfig


class PeerLoopConfig(AppConfig):
    """Ties the floors together once all models are loaded."""

    name = "peerloop"

    def ready(self) -> None:
        """Make our Celery application the one that tasks belong to; bind the reactions."""
        from peerloop import wiring
        from peerloop.celery import app

        app.set_default()
        wiring.bind()
