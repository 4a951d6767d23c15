"""What a few ratings are worth, for every order of courses and teachers. No database.

A course or teacher counts as if so many more people had given it this: one review of five stars
doesn't stand above forty with 4.9, and whoever nobody rated stands where an ordinary one does.
"""

PRIOR_REVIEWS = 5
PRIOR_RATING = 4
