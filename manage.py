#!/usr/bin/env python
"""Django's commands and PeerLoop's. With DATABASE_URL unset the embedded servers are started."""

import os
import shlex
import sys

# These read no table, so no server is started for them.
WITHOUT_SERVERS = {
    *("help", "version", "check", "collectstatic", "findstatic", "diffsettings", "startapp"),
    *("export_openapi", "check_templates", "check_addresses", "doctor"),
    *("-h", "--help", "--version"),
}


def main(arguments: list[str]) -> int:
    """Run one command; the exit code."""
    command = arguments[1] if len(arguments) > 1 else "help"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "peerloop.settings")
    if command == "dev":
        from development import dev

        return dev.main(arguments[2:])
    if os.environ.get("DATABASE_URL"):
        return run(arguments)
    return run_in_development(command, arguments)


def run_in_development(command: str, arguments: list[str]) -> int:
    """Whoever names no database is at a development machine: debug mode and embedded servers."""
    import development

    development.set_environment()
    if command in WITHOUT_SERVERS:
        return run(arguments)
    if command in ("backup", "restore"):
        development.set_database_environment()
    try:
        if command == "restore":
            with development.kept_stopped(development.data_dir_of(), purpose=shlex.join(arguments)):
                return run(arguments)
        with development.ensure_running(development.data_dir_of(), purpose=shlex.join(arguments)):
            return run(arguments)
    except development.ServiceError as error:
        print(error, file=sys.stderr)
        return 1


def run(arguments: list[str]) -> int:
    """Hand over to Django."""
    from django.core.management import execute_from_command_line

    execute_from_command_line(arguments)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
