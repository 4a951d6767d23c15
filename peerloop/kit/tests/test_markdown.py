"""What members write: shown as Markdown, safe whatever it is, and quick however it is built."""

import re
import time
from html.parser import HTMLParser

import pytest
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

from peerloop.kit.markdown import excerpt, html, mentioned, to_html, to_mail_html, to_text
from peerloop.kit.markdown.parsing import ANY_MARKS

ELSEWHERE = 'rel="nofollow ugc noopener noreferrer"'
# Pieces that mean something to Markdown, HTML or a browser, in any order.
PIECES = st.sampled_from(
    [
        *("*", "**", "_", "`", "```", "~~", "[", "]", "(", ")", "![", "<", ">", "#", "|", "\\"),
        *("- ", "1. ", "> ", "\n", "\n\n", "    ", "\t", "---", "|-|", "&lt;", "&#106;", "@tom"),
        *("<script>", "</script>", "<img src=x onerror=alert(1)>", "<style>", "javascript:", "jav"),
        *("http://", "https://evil.com", "//evil", "user:pw@host", "data:text/html,", "mailto:a@b"),
        *("/courses", "](", "ascript:", "\x00", "\r", "\xa0", "\u202e", "\u0301", "é", "🎓", "a"),
        *(
            '"',
            "'",
            "&",
            "=",
            "on",
            "://",
            "://[",
            "%",
            ".",
            " ",
            "x.com",
            "http://localhost:8000/",
        ),
    ]
)
TEXTS = st.one_of(st.text(max_size=300), st.lists(PIECES, max_size=60).map("".join))


class Seen(HTMLParser):
    """The tags, attributes and words of a piece of HTML."""

    def __init__(self, markup):
        super().__init__()
        self.tags, self.links, self.words = [], [], ""
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.words += data


@given(TEXTS)
def test_no_text_brings_a_tag_an_attribute_or_an_address_of_its_own(text):
    for tag, attributes in Seen(to_html(text, mentions={"tom": "/@tom"})).tags:
        assert tag in html.TAGS
        assert set(attributes) <= {"href", "rel"} if tag == "a" else set(attributes) <= {"start"}
        address = attributes.get("href", "/")
        assert re.match(r"(?i)https?://[^/@]+(?:/|$|\?|#)|/(?!/)|mailto:", address), address
        is_own = address.startswith("/") or re.match(r"http://localhost:8000(?:[/?#]|$)", address)
        assert bool(is_own) == ("rel" not in attributes)


@given(TEXTS)
def test_what_is_clean_stays_as_it_is(text):
    made = to_html(text)
    assert html.cleaned(made) == made


@given(st.text(alphabet=st.sampled_from("ab.,!?() :;'\"&=é🎓\u0301-1\n "), max_size=80))
def test_a_text_without_marks_is_shown_the_same_by_both_ways(text):
    long_way = html._made.__wrapped__(text, 0, (), "")
    assert html._html(text, 0, ()) == long_way
    if not ANY_MARKS.search(text):
        assert excerpt(text).split() == excerpt(f"{text}\n\n**").removesuffix("**").split()


@given(TEXTS)
def test_words_for_mails_and_lists_never_fail(text):
    to_text(text)
    to_mail_html(text)
    assert "\n" not in excerpt(text, 20)
    assert len(excerpt(text, 20)) <= 21


@pytest.mark.parametrize("size", [5_000, 20_000, 50_000])
@pytest.mark.parametrize(
    "piece",
    [
        *("[", "](", "![", "[[a](b)", "[a](<b", "> ", ">", "- ", "1. ", "*a **b ", "**a *", "`"),
        *("`a``b", "~~a~", "<", "<http://a", "http://", "http://[", "a://", "&amp", "\\", "|a"),
        *("|a\n|-\n", "- a\n", "> a\n\n", "a\n\n", "a  \n", "# a\n", "@abc ", "[a](/b)", "a\u0301"),
    ],
)
def test_no_text_takes_long(piece, size):
    text = "*a* " + (piece * size)[:size]

    began = time.process_time()
    to_html(text)
    to_text(text)
    excerpt(text)

    assert time.process_time() - began < 3, "0.3 s on a quiet machine"


@pytest.mark.parametrize("sign", ["> ", "- ", "1. ", "*", "["])
def test_ten_thousand_levels_are_read_as_a_dozen(sign):
    assert to_html(sign * 10_000 + "deep").count("<") < 100


def test_headings_are_never_as_large_as_the_pages_own():
    assert to_html("# One\n\n## Two") == (
        "<p><strong>One</strong></p>\n<p><strong>Two</strong></p>"
    )
    assert to_html("# One\n\n##### Two", headings=3) == "<h3>One</h3>\n<h6>Two</h6>"


def test_lines_stay_lines():
    assert to_html("One\ntwo\n\nthree & four") == "<p>One<br>\ntwo</p>\n<p>three &amp; four</p>"
    assert to_html("    indented") == "<p>indented</p>"
    assert to_html("Title\n===") == "<p>Title<br>\n===</p>"


def test_a_link_says_where_it_leads():
    assert to_html("[my site](https://evil.example/x)") == (
        f'<p><a href="https://evil.example/x" {ELSEWHERE}>my site</a> (evil.example)</p>'
    )
    assert "(evil.example)" in to_html("[https://bank.example](https://evil.example)")
    assert "(xn--bnk-6cd.example)" in to_html("https://bаnk.example"), "a Cyrillic letter"


@pytest.mark.parametrize(
    "text", ["https://a.example/b", "[a.example](https://a.example/b)", "<https://a.example>"]
)
def test_a_link_that_says_so_itself_is_left_alone(text):
    assert Seen(to_html(text)).words.count("a.example") == 1


@pytest.mark.parametrize(
    "text",
    [
        "[x](//evil.example)",
        "[x](https://user:pw@evil.example)",
        "[x](https://bank.example@evil.example)",
        "[x](javascript:alert(1))",
        "[x](JavaScript:alert(1))",
        "[x](java&#115;cript:alert(1))",
        "[x](data:text/html,x)",
        "[x](https:evil.example)",
        "[x](ftp://evil.example)",
        "[x](mailto:a@b.example?bcc=c@d.example)",
        "https://user@evil.example",
        "<javascript:alert(1)>",
        "//evil.example",
    ],
)
def test_an_address_that_misleads_is_no_link(text):
    assert "<a" not in to_html(text)


def test_links_within_this_site_are_no_strangers():
    assert to_html("[a](/courses)") == '<p><a href="/courses">a</a></p>'
    assert ELSEWHERE not in to_html("http://localhost:8000/courses")
    assert ELSEWHERE in to_html("http://localhost.evil.example/courses")


def test_an_address_ends_where_the_sentence_does():
    assert '"https://a.example/b_(c)"' in to_html("(See https://a.example/b_(c).)")
    assert '"https://a.example"' in to_html("**https://a.example**")
    assert "<a" not in to_html("main.py and node.js are files")


def test_no_picture_is_shown():
    assert "<img" not in to_html("![x](https://evil.example/p.png)")


def test_a_mention_of_somebody_known_is_a_link_to_them():
    known = {"tom": "/@tom"}
    shown = to_html("@Tom, @nobody, a@tom, `@tom`, [@tom](/x), @tom_ and @tom.", mentions=known)
    assert shown.count('href="/@tom"') == 2
    assert '<a href="/@tom">@Tom</a>, @nobody' in shown
    assert "<a" not in to_html("@tom")


def test_mentions_are_found_where_they_would_be_links():
    assert mentioned("@Tom and `@ann`, **@ann_b**: see a@zed and @tom") == ["tom", "ann_b"]


def test_a_mail_has_whole_addresses():
    assert to_mail_html("[a](/courses)") == ('<p><a href="http://localhost:8000/courses">a</a></p>')


def test_plain_words_keep_lists_quotes_and_addresses():
    text = "**Read**\n\n1. [this](https://a.example)\n2. that\n   - and\n\n> He said\n> so\n\n`x`"
    assert to_text(text) == (
        "Read\n\n1. this (https://a.example)\n2. that\n   - and\n\n> He said\n> so\n\nx"
    )
    assert to_text("|a|b|\n|-|-|\n|1|2|") == "a | b\n1 | 2"
    assert to_text("[course](/courses)") == "course (http://localhost:8000/courses)"


def test_a_line_for_a_list_is_short_and_has_no_marks():
    assert excerpt("**Hello**\n\n- [you](https://a.example)") == "Hello you"
    assert excerpt("word " * 100, 9) == "word word…"
    assert excerpt("*" * 2_000 + "a", 10) == "**********…"


def test_texts_that_are_too_long_are_shown_as_they_were_written():
    assert to_html("*a*\n\n" + "b" * 20_000).startswith("<p>*a*</p>\n<p>bbb")


def test_the_tag_and_the_filter_say_whose_words_they_are():
    shown = Template("{{ text|markdown }}{% markdown text headings=4 %}").render(
        Context({"text": "# Hi <b>"})
    )
    assert shown == (
        '<div class="prose"><p><strong>Hi &lt;b&gt;</strong></p></div>'
        '<div class="prose"><h4>Hi &lt;b&gt;</h4></div>'
    )
