"""`python -m peerloop.operations.probe [port]`: exit 0 while the local web server answers.

For a container's health check: it asks under the public name, since no other is allowed.
"""

import http.client
import os
import sys
from urllib.parse import urlsplit

SECONDS = 4


def answers(port: int) -> bool:
    """Whether `/healthz` answers; a redirect to https is an answer too."""
    host = urlsplit(os.environ.get("BASE_URL", "")).netloc or f"localhost:{port}"
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)
    try:
        connection.request("GET", "/healthz", headers={"Host": host})
        return connection.getresponse().status < http.client.BAD_REQUEST
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(0 if answers(int(sys.argv[1]) if len(sys.argv) > 1 else 8000) else 1)
