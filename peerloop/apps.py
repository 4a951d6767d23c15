"""The project package as an app: pages, commands, and the table of who hears which fact."""

from django.apps import AppConfig


class PeerLoopConfig(AppConfig):
    """Ties the floors together once all models are loaded."""

    name = "peerloop"

    def ready(self) -> None:
        """Import the table of reactions."""
        from peerloop import wiring

        wiring.bind()
