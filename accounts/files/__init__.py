"""The one files room: what members upload is checked, kept, scanned and handed out here only.

For the apps above:

- ``actions.storing.store_file(owner=, purpose=, upload=, at=)`` checks by content, size and quota,
  makes pictures anew, keeps the rest as it came, and has it scanned; ``remove_file`` beside it.
- ``links.file_link(file, member=, at=)`` is the short-lived address by which one member opens one
  file. Ask first whether that member may: a link is the permission.
- ``words.file_words(file)`` says in words how the scan stands.

A purpose decides what is taken and how pictures are cut: ``purposes.RULES``.
"""
