"""Each kind of invalid HTML is found by the check that every test's pages go through."""

import pytest

from tests.html_document import faults_of

PAGE = "<!doctype html><html lang='en'><head><title>x</title></head><body>{}</body></html>"


@pytest.mark.parametrize(
    "planted",
    [
        "<p><p>A paragraph in a paragraph.</p></p>",
        "<span><h1>A heading in a span</h1></span>",
        "<a href='/x'><span><ul><li>A list in a link in a span</li></ul></span></a>",
        "<span><form></form></span>",
        "<form><div><form></form></div></form>",
        "<ul><div></div></ul>",
        "<ul>Text</ul>",
        "<div><li>No list</li></div>",
        "<table><tr><div></div></tr></table>",
        "<dl><p>Neither term nor description</p></dl>",
        "<a href='/x'><button>A button in a link</button></a>",
        "<button><a href='/x'>A link in a button</a></button>",
        "<details><p>Before</p><summary>The summary</summary></details>",
        "<p>Never closed",
        "<div></span></div>",
        "<div/>",
        "<input type='hidden' autocomplete='off'>",
        "<div hx-get='/x'></div>",
        "<p id='a'></p><p id='a'></p>",
        "<p id=''></p>",
        "<p class='a' class='b'></p>",
        "<img src='/x.png'>",
        "<select required></select>",
        "<label for='nowhere'>A label</label>",
        "<label for='a'>A label</label><p id='a'></p>",
        "<p aria-describedby='nowhere'></p>",
    ],
)
def test_invalid_html_is_found(planted):
    assert len(faults_of(PAGE.format(planted))) >= 1


@pytest.mark.parametrize(
    "good",
    [
        "<p>A <a href='/x'><strong>link</strong></a> and <br> a line.</p>",
        "<a href='/x'><h2>A heading in a link</h2></a>",
        "<details><summary><h2>A heading</h2></summary><p>Text</p></details>",
        "<dl><div><dt>Term</dt><dd><p>Description</p></dd></div></dl>",
        "<local-time><time datetime='2026-03-02'>2 March</time></local-time>",
        "<label>A field <input name='a' aria-describedby='a'></label><p id='a'>Help</p>",
        "<svg viewBox='0 0 1 1' aria-hidden='true'><path stroke-width='1' d='M0 0'/></svg>",
        "<select required><option value=''>Choose</option></select>",
    ],
)
def test_valid_html_passes(good):
    assert not faults_of(PAGE.format(good))


def test_a_reference_may_lead_out_of_a_part_of_a_page():
    assert not faults_of("<p aria-describedby='elsewhere'></p>")


def test_a_page_has_a_title_and_a_language():
    assert len(faults_of("<!doctype html><html><head></head><body></body></html>")) == 2
