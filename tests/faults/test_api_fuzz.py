"""Requests made from the OpenAPI document: no 5xx, no answer that it does not describe.

A small part of ``bin/bench fuzz``, without a server. A failure is repeated by its seed.
"""

import json
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from bench.fuzz import ACTORS, facts_of, problem_of
from bench.requests import Request, Requests
from tests.api_document import body_of
from tests.faults.fuzzing import rolled_back
from tests.openapi_document import Document
from tests.security.scene import a_world

pytestmark = pytest.mark.django_db
SEED = 20_261_130
REQUESTS = 300


def answer_of(request: Request, tokens: dict[str, str]) -> Any:
    client = Client(raise_request_exception=False)
    headers = {"Authorization": tokens[request.actor]} if request.actor in tokens else {}
    headers |= request.headers
    kind = headers.pop("Content-Type", "")
    with rolled_back():
        return client.generic(request.method, request.target, request.body, kind, headers=headers)


def test_every_answer_to_a_made_up_request_is_in_the_document() -> None:
    told = json.loads((Path(settings.BASE_DIR) / "docs" / "openapi.json").read_text())
    facts, document = facts_of([a_world()]), Document(told)
    problems = []
    for request in islice(Requests(told, facts["known"], ACTORS, seed=SEED), REQUESTS):
        try:
            answer = answer_of(request, facts["tokens"])
        except AssertionError as fault:
            problems.append(f"{fault}: {request.label}")
            continue
        if fault_found := problem_of(document, request, answer.status_code, body_of(answer)):
            problems.append(f"{fault_found}: {request.label}")
    assert not problems, f"seed {SEED}:\n" + "\n".join(problems)
