"""Charts drawn by the server: SVG without scripts or styles, with the rows behind as a table."""

from collections.abc import Sequence
from typing import NamedTuple

from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from peerloop.kit.html import format_html

WIDTH, HEIGHT, GAP = 40, 96, 8
LABEL_HEIGHT = 20
MANY = 8
SPARK_STEP, SPARK_HEIGHT = 8, 32


class Bar(NamedTuple):
    """A bar: what it stands for, how high it is, and its value in words."""

    label: str
    value: int
    words: str


def bar_chart(bars: Sequence[Bar], title: str, unit: str) -> SafeString:
    """Bars side by side, the highest as high as the chart; below it the same as a table.

    ``unit`` heads the column of the values. Screen readers get the table alone.
    """
    return format_html(
        '<figure class="chart"><svg class="chart__bars" viewBox="0 0 {} {}" aria-hidden="true">'
        '{}</svg><details class="disclosure"><summary>{}: the figures</summary>'
        '<table class="table"><caption class="visually-hidden">{}</caption><thead><tr>'
        '<th scope="col">When or what</th><th scope="col">{}</th></tr></thead><tbody>{}</tbody>'
        "</table></details></figure>",
        max(len(bars), 1) * WIDTH,
        HEIGHT + LABEL_HEIGHT,
        _drawn(bars),
        title,
        title,
        unit,
        format_html_join(
            "",
            '<tr><td>{}</td><td data-label="{}" class="num">{}</td></tr>',
            ((bar.label, unit, bar.words) for bar in bars),
        ),
    )


def spark(values: Sequence[int], words: str) -> SafeString:
    """A row of small bars without labels, beside the figure that it explains.

    ``words``: what it shows, for those who don't see it.
    """
    most = max(values, default=0) or 1
    return format_html(
        '<svg class="spark" viewBox="0 0 {} {}" preserveAspectRatio="none" role="img"'
        ' aria-label="{}">{}</svg>',
        len(values) * SPARK_STEP,
        SPARK_HEIGHT,
        words,
        format_html_join(
            "",
            '<rect x="{}" y="{}" width="{}" height="{}"/>',
            (
                (place * SPARK_STEP, f"{SPARK_HEIGHT - high:.1f}", SPARK_STEP - 2, f"{high:.1f}")
                for place, high in enumerate(
                    # A day without anything is a thin line: it is a day too.
                    max(1.0, value * SPARK_HEIGHT / most)
                    for value in values
                )
            ),
        ),
    )


def _drawn(bars: Sequence[Bar]) -> SafeString:
    # On phones a dozen labels shrink with the drawing: larger ones then.
    many = " chart__label--many" if len(bars) > MANY else ""
    most = max((bar.value for bar in bars), default=0) or 1
    return format_html_join(
        "",
        '<rect class="chart__bar" x="{}" y="{}" width="{}" height="{}" rx="3"/>'
        '<text class="chart__label{}" x="{}" y="{}" text-anchor="middle">{}</text>',
        (
            (
                place * WIDTH + GAP // 2,
                f"{HEIGHT - bar.value * HEIGHT / most:.1f}",
                WIDTH - GAP,
                f"{bar.value * HEIGHT / most:.1f}",
                many,
                place * WIDTH + WIDTH // 2,
                HEIGHT + LABEL_HEIGHT - 5,
                bar.label,
            )
            for place, bar in enumerate(bars)
        ),
    )
