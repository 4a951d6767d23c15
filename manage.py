#!/usr/bin/env python
"""Commands of PeerLoop. With DATABASE_URL unset they bring their own servers along."""

import os
import shlex
import sys

from peerloop import services

# These read no table, so no server is started for them.
WITHOUT_SERVERS = {
    *("help", "version", "check", "collectstatic", "findstatic", "diffsettings", "startapp"),
    *("export_openapi", "check_templates", "doctor", "-h", "--help", "--version"),
}


def main(arguments: list[str]) -> int:
    """Run one command; the exit code."""
    command = arguments[1] if len(arguments) > 1 else "help"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "peerloop.settings")
    if command == "dev":
        from peerloop.services import development

        return development.main(arguments[2:])
    if os.environ.get("DATABASE_URL"):
        return run(arguments)
    # Whoever names no database of their own is at a development machine.
    services.development_environment()
    if command in WITHOUT_SERVERS:
        return run(arguments)
    try:
        with services.ensure_running(services.data_dir_of(), purpose=shlex.join(arguments)):
            return run(arguments)
    except services.ServiceError as error:
        print(error, file=sys.stderr)
        return 1


def run(arguments: list[str]) -> int:
    """Hand over to Django."""
    from django.core.management import execute_from_command_line

    execute_from_command_line(arguments)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
