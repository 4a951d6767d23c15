"""Files of all apps: uploads are checked, stored, scanned and served here only.

For the apps above:

- ``actions.storing.store_file(owner=, purpose=, upload=, at=)`` checks by content, size and quota,
  re-encodes pictures, stores other files as they are and has them scanned; also ``remove_file``.
- ``links.file_link(file, member=, at=)`` is the short-lived address by which one member opens one
  file. Ask first whether that member may: a link is the permission.
- ``words.scan_description(file)`` describes the state of the scan.

A purpose decides what is accepted and how pictures are cropped: each app declares the rules of its
purposes in ``files.py``.
"""
