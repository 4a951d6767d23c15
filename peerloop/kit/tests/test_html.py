"""Our ``format_html`` escapes what Django's does."""

import uuid

from django.utils import html as django_html
from django.utils.functional import lazystr
from django.utils.safestring import SafeString
from hypothesis import given
from hypothesis import strategies as st

from peerloop.kit.html import format_html


class Cunning(str):
    """Text that is no HTML, of a type of its own."""


class Drawn:
    """A thing that says how it looks."""

    def __html__(self):
        return "<b>&</b>"

    def __str__(self):
        return "<script>"


texts = st.text(alphabet="<>&'\"{}ab é", max_size=12)
values = st.one_of(
    texts,
    texts.map(SafeString),
    texts.map(Cunning),
    texts.map(lazystr),
    st.integers(),
    st.floats(allow_nan=False),
    st.none(),
    st.booleans(),
    st.builds(uuid.UUID, int=st.integers(0, 2**128 - 1)),
    st.builds(Drawn),
)


@given(values, values, values)
def test_it_is_what_django_makes_of_it(first, second, named):
    form = '<a href="{}" id="{named}">{}{0}</a>'.replace("{}", "{0}", 1).replace("{}", "{1}", 1)
    ours = format_html(form, first, second, named=named)
    assert ours == django_html.format_html(form, first, second, named=named)
    assert type(ours) is SafeString
