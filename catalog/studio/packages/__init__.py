"""A course as a zip of Markdown and JSON: ``archive`` the zip, ``course_file`` what is in it."""
