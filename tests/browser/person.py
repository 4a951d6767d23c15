"""A user in a browser context of their own, with a record of all errors."""

import contextlib
import re
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Error, Page, Request, Response

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
# Rules of WCAG 2.2 AA and best practices.
AXE_OPTIONS = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
    # Fetches each stylesheet and sound again, for rules that do not concern us.
    "preload": False,
}
# Inserted once for each document, since the script has half a megabyte.
HAS_AXE = "typeof axe === 'object'"


@cache
def _axe() -> str:
    return AXE.read_text(encoding="utf-8")


class Person:
    """A user with camera, microphone and an open page of PeerLoop."""

    def __init__(self, name: str, browser: Browser, *, base_url: str, **options: Any) -> None:
        self.name = name
        self.host = urlsplit(base_url).netloc
        self.has_scripts = bool(options.get("java_script_enabled", True))
        self.context = browser.new_context(
            base_url=base_url,
            permissions=options.pop("permissions", ["camera", "microphone"]),
            locale=options.pop("locale", "en-US"),
            timezone_id=options.pop("timezone_id", "UTC"),
            **options,
        )
        self.context.set_default_timeout(10_000)
        self._faults: list[str] = []
        self._tolerated: list[re.Pattern[str]] = []
        self.context.on("console", self._on_console)
        self.context.on("weberror", lambda error: self._record(f"error in script: {error.error}"))
        self.context.on("request", self._on_request)
        self.context.on("response", self._on_response)
        self.page: Page = self.context.new_page()

    def goto(self, path: str) -> Page:
        """Open a path of the site."""
        self.page.goto(path)
        return self.page

    def tolerate(self, pattern: str) -> None:
        """Ignore errors that contain this text, for tests that provoke them."""
        self._tolerated.append(re.compile(pattern))

    def faults(self) -> list[str]:
        """All errors that are not tolerated."""
        return [
            f"{self.name}: {fault}"
            for fault in self._faults
            if not any(pattern.search(fault) for pattern in self._tolerated)
        ]

    def check_accessibility(self, page: Page | None = None, *, exclude: str = "") -> None:
        """Fail on any violation that axe finds on the page in its current state."""
        page = page or self.page
        session = page.context.new_cdp_session(page)
        try:
            # Through the debugger, where the page's Content-Security-Policy does not apply.
            if not session.send("Runtime.evaluate", {"expression": HAS_AXE})["result"]["value"]:
                session.send("Runtime.evaluate", {"expression": _axe()})
            found = page.evaluate(
                "([options, exclude]) => axe.run(exclude ? {exclude} : document, options)"
                ".then((result) => result.violations)",
                [AXE_OPTIONS, exclude],
            )
        finally:
            session.detach()
        complaints = [
            f"{violation['id']} ({violation['impact']}): {violation['help']}\n"
            + "\n".join(f"    {node['html'][:160]}" for node in violation["nodes"][:5])
            for violation in found
        ]
        assert not complaints, f"{page.url} is not accessible:\n" + "\n".join(complaints)

    def photograph(self, path: Path) -> None:
        """Save a screenshot, to debug a failed test."""
        path.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(Error):
            self.page.screenshot(path=path, full_page=True)

    def leave(self) -> None:
        """Close everything."""
        self.context.close()

    def _record(self, fault: str) -> None:
        self._faults.append(fault)

    def _on_console(self, message: ConsoleMessage) -> None:
        # Violations of the CSP are reported here too ("Refused to ...").
        if message.type == "error":
            where = message.location.get("url", "")
            self._record(f"console: {message.text} ({where})")

    def _on_request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https", "ws", "wss") and parts.netloc != self.host:
            self._record(f"request to a foreign host: {request.url}")

    def _on_response(self, response: Response) -> None:
        if response.status >= 500:
            self._record(f"{response.status} from {response.url}")
