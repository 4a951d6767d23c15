"""Pages load in a real browser without errors or warnings in the console."""

from collections.abc import Callable

import pytest

from tests.browser.person import Person


def test_readyz_names_every_service(person: Callable[..., Person]) -> None:
    olga = person("Olga")

    answer = olga.context.request.get("/readyz")

    assert answer.status == 200
    assert set(answer.json()["parts"]) == {"database", "redis", "worker", "beat"}


def test_an_error_on_a_page_is_recorded(person: Callable[..., Person]) -> None:
    olga = person("Olga")
    olga.goto("/healthz")

    olga.page.evaluate("console.error('a planted fault')")
    olga.page.set_content("<img src='data:,'>")
    with pytest.raises(AssertionError, match="not accessible"):
        olga.check_accessibility()

    assert any("a planted fault" in fault for fault in olga.faults())
    olga.tolerate("a planted fault")
    olga.tolerate("favicon.ico")  # requested by the browser by default
    assert olga.faults() == []
