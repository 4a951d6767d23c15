"""What members write, in one safe subset of Markdown: as HTML, for mails, and as plain words."""

from peerloop.kit.markdown.html import to_html, to_mail_html
from peerloop.kit.markdown.parsing import mentioned
from peerloop.kit.markdown.words import excerpt, to_text

__all__ = ["excerpt", "mentioned", "to_html", "to_mail_html", "to_text"]
