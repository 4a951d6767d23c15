"""A post as it stands on pages, drawn by one call since lists contain twenty of them."""

from collections.abc import Mapping
from typing import Any

from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from community.feeds.promoted import Promotion
from community.feeds.shown import ShownPost
from peerloop.kit.html import format_html
from peerloop.kit.markdown import to_html
from peerloop.kit.markup.buttons import button
from peerloop.kit.markup.drawing import icon
from peerloop.kit.markup.people import avatar
from peerloop.kit.markup.pieces import EMPTY
from peerloop.kit.markup.states import chip
from peerloop.kit.markup.values import when
from peerloop.kit.navigation import path_of_name, path_of_row
from peerloop.kit.text import isolated

HIDDEN = '<input type="hidden" name="{}" value="{}">'
TAKE_BACK = format_html(HIDDEN, "on", 0)
OF_FEED = format_html(' name="what" value="feed"')


def post_card(
    context: Mapping[str, Any], one: ShownPost, *, with_place: bool = False
) -> SafeString:
    """A post or reply with all that the reader may do with it.

    ``with_place``: name the feed that it stands in. Of the context: ``is_asker``, whether the
    reader asked the question above, and ``may_moderate``, whether they keep order in its feed.
    """
    row = one.row
    depth = f" post--reply post--depth-{row.depth}" if row.depth else ""
    return format_html(
        '<article class="post{}" id="post-{}">{}{}{}{}{}{}</article>',
        depth,
        row.pk.hex,
        _via(one) if one.repost else EMPTY,
        _promoted(context, one.promotion) if one.promotion else EMPTY,
        _head(context, one, with_place=with_place),
        _why(context, one) if one.reason else EMPTY,
        _text(context, one),
        _to_moderate(one) if context.get("may_moderate") else EMPTY,
    )


def post_acts(context: Mapping[str, Any], one: ShownPost) -> SafeString:
    """The buttons below a post: like, answer, repost, save, and change or report."""
    key = one.row.pk.hex
    return format_html(
        '<form class="post__acts" id="acts-{0}" method="post" data-hx-target="#acts-{0}"'
        ' data-hx-swap="outerHTML">{1}{2}{3}{4}{5}{6}{7}</form>',
        key,
        _token(context),
        _act(one, "like-post", one.is_liked, "thumbs-up", one.row.like_count, " like this"),
        _answer(one),
        _repost(one),
        _act(
            *(one, "bookmark-post", one.is_saved, "bookmark", None),
            "Saved. Remove it" if one.is_saved else "Save",
        ),
        _promote(one) if one.may_be_promoted else EMPTY,
        _own_acts(one) if one.is_own else _report(one),
    )


def _token(context: Mapping[str, Any]) -> SafeString:
    token = context.get("csrf_token")
    if not token or token == "NOTPROVIDED":  # noqa: S105 - what Django puts there without one
        return EMPTY
    return format_html(HIDDEN, "csrfmiddlewaretoken", token)


def _via(one: ShownPost) -> SafeString:
    author = one.standing.author
    return format_html(
        '<p class="post__via small text-2">{}<span><a href="{}">{}</a> reposted</span></p>',
        icon("repeat", 16),
        path_of_name("profile", author.handle),
        isolated(author.name),
    )


def _promoted(context: Mapping[str, Any], promotion: Promotion) -> SafeString:
    return format_html(
        '<p class="cluster small text-2">{}<span>In the main feed until {}</span></p>',
        chip("", promotion.words, tone="accent", icon="megaphone"),
        when(context, promotion.until),
    )


def _head(context: Mapping[str, Any], one: ShownPost, *, with_place: bool) -> SafeString:
    row, author = one.row, one.row.author
    return format_html(
        '<header class="post__head">{}<p class="post__who"><a href="{}"><strong>{}</strong></a>'
        '<span class="small text-2"><a href="{}">{}</a>{}{}</span></p>{}</header>',
        avatar(author, 40),
        path_of_name("profile", author.handle),
        isolated(author.name),
        path_of_row("post", row.pk),
        when(context, row.created_at),
        " · edited" if row.edited_at else "",
        f" · {isolated(one.place)}" if with_place else "",
        _chips(one),
    )


def _chips(one: ShownPost) -> SafeString:
    chips = []
    if one.is_pinned:
        chips.append(chip("", "Pinned", tone="brand", icon="pin"))
    if one.is_answered:
        chips.append(chip("", "Answered", tone="ok", icon="circle-check"))
    elif one.row.is_question:
        chips.append(chip("", "Question", tone="info", icon="circle-help"))
    if one.has_helped:
        chips.append(chip("", "This helped", tone="ok", icon="circle-check"))
    if one.is_special:
        chips.append(chip("", one.type_word, tone="brand", icon="newspaper"))
    return format_html_join("", "{}", ((one,) for one in chips)) if chips else EMPTY


def _why(context: Mapping[str, Any], one: ShownPost) -> SafeString:
    less = EMPTY if one.is_own else _less(context, one)
    return format_html(
        '<div class="post__why"><p class="small text-2">{}</p>{}</div>', one.reason, less
    )


def _less(context: Mapping[str, Any], one: ShownPost) -> SafeString:
    row = one.row
    mute, hidden = path_of_row("mute-by-post", row.pk), path_of_row("hide-post", row.pk)
    of_feed = EMPTY
    if row.course or row.creator:
        of_feed = _less_button(mute, OF_FEED, "ban", f"Mute this feed: {isolated(one.place)}")
    return format_html(
        '<details class="menu post__less" data-menu><summary class="menu__summary">{}'
        '<span class="visually-hidden">See less of this</span></summary>'
        '<form class="menu__panel" method="post" data-hx-target="#post-{}"'
        ' data-hx-swap="outerHTML">{}{}{}{}</form></details>',
        icon("eye-off", 20),
        row.pk.hex,
        _token(context),
        _less_button(hidden, EMPTY, "eye-off", "Hide this post"),
        _less_button(mute, EMPTY, "ban", f"Mute {isolated(row.author.name)}"),
        of_feed,
    )


def _less_button(path: str, what: SafeString, drawn: str, words: str) -> SafeString:
    return format_html(
        '<button class="nav-link" type="submit" formaction="{0}" data-hx-post="{0}"{1}>{2}{3}'
        "</button>",
        path,
        what,
        icon(drawn, 20),
        words,
    )


def _text(context: Mapping[str, Any], one: ShownPost) -> SafeString:
    row = one.row
    if not row.is_visible:
        delete = _delete(context, one) if one.may_be_deleted else EMPTY
        return format_html('<p class="text-2">{}</p>{}', one.gone_words, delete)
    can_say = context.get("is_asker") and row.depth and not one.is_own
    return format_html(
        '<div class="prose">{}</div>{}{}',
        to_html(row.content, mentions=one.names),
        _helped(context, one) if can_say else EMPTY,
        post_acts(context, one),
    )


def _delete(context: Mapping[str, Any], one: ShownPost) -> SafeString:
    return format_html(
        '<form class="post__acts" method="post" action="{}">{}{}</form>',
        path_of_row("delete-post", one.row.pk),
        _token(context),
        button("Delete it", kind="secondary", small=True, icon="trash-2"),
    )


def _to_moderate(one: ShownPost) -> SafeString:
    if one.is_own or not one.row.is_visible:
        return EMPTY
    return format_html(
        '<p class="post__order small"><a href="{}">Remove as a moderator</a></p>',
        path_of_row("mod-remove", one.row.pk, one.report_kind),
    )


def _helped(context: Mapping[str, Any], one: ShownPost) -> SafeString:
    pressed = (
        TAKE_BACK + button("Undo", kind="quiet", small=True)
        if one.has_helped
        else button("This helped", kind="secondary", small=True, icon="circle-check")
    )
    return format_html(
        '<form method="post" action="{}">{}{}</form>',
        path_of_row("helped", one.row.pk),
        _token(context),
        pressed,
    )


def _act(
    one: ShownPost, route: str, is_done: bool, drawn: str, count: int | None, words: str
) -> SafeString:
    """A button that does something, or takes it back where it is done."""
    return format_html(
        '<button class="post__act" type="submit" name="on" value="{0}" formaction="{1}"'
        ' data-hx-post="{1}" aria-pressed="{2}">{3}{4}<span class="visually-hidden">{5}</span>'
        "</button>",
        0 if is_done else 1,
        path_of_row(route, one.row.pk),
        "true" if is_done else "false",
        icon(drawn, 20),
        EMPTY if count is None else format_html('<span class="num">{}</span>', count),
        words,
    )


def _answer(one: ShownPost) -> SafeString:
    if not one.may_be_answered:
        return EMPTY
    return format_html(
        '<a class="post__act" href="{}">{}<span class="num">{}</span>'
        '<span class="visually-hidden"> answers. Write one</span></a>',
        path_of_row("reply-to-post", one.row.pk),
        icon("message-square", 20),
        one.row.reply_count,
    )


def _repost(one: ShownPost) -> SafeString:
    count = one.row.repost_count
    if one.may_be_reposted:
        words = " reposted this. Repost it"
        if one.is_reposted:
            words = " reposted this, and so did you. Take it back"
        return _act(one, "repost-post", one.is_reposted, "repeat", count, words)
    if not count:
        return EMPTY
    return format_html(
        '<span class="post__act post__act--still">{}<span class="num">{}</span>'
        '<span class="visually-hidden"> reposted this</span></span>',
        icon("repeat", 20),
        count,
    )


def _promote(one: ShownPost) -> SafeString:
    return format_html(
        '<a class="post__act" href="{}">{}'
        '<span class="visually-hidden">Promote to the main feed</span></a>',
        path_of_row("promote-post", one.row.pk),
        icon("megaphone", 20),
    )


def _own_acts(one: ShownPost) -> SafeString:
    return format_html(
        '<a class="post__act" href="{}">{}<span class="visually-hidden">Change</span></a>'
        '<button class="post__act" type="submit" formaction="{}">{}'
        '<span class="visually-hidden">Delete</span></button>',
        path_of_row("edit-post", one.row.pk),
        icon("pencil", 20),
        path_of_row("delete-post", one.row.pk),
        icon("trash-2", 20),
    )


def _report(one: ShownPost) -> SafeString:
    return format_html(
        '<a class="post__act" href="{}">{}<span class="visually-hidden">Report</span></a>',
        path_of_row("flag", one.row.pk, one.report_kind),
        icon("flag", 20),
    )
