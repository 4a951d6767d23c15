"""The project package as an app: pages, commands, and the table of who handles which event."""

from django.apps import AppConfig


class PeerLoopConfig(AppConfig):
    """Binds the layers together once all models are loaded."""

    name = "peerloop"

    def ready(self) -> None:
        """Make our Celery application the default one, register tasks, bind event handlers.

        Tasks are registered in every process, since ``kit.tasks.enqueue`` finds them by name.
        """
        from peerloop import wiring
        from peerloop.celery import app

        app.set_default()
        wiring.bind()
        app.autodiscover_tasks(force=True)
