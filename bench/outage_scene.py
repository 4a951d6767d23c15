"""Creates students and a course for the outage; prints the course's id and their tokens as JSON.

Run like ``scene.py``: ``python bench/outage_scene.py CHECKOUT STUDENTS``.
"""

import json
import sys


def main(checkout: str, students: int) -> None:
    """Insert the rows, print what the buyers send."""
    sys.path[0] = checkout
    import django

    django.setup()
    from tests.cast import a_course, a_member, a_teacher, api

    course = a_course()
    a_teacher(course)
    tokens = [
        api(a_member("Sam Student"))._credentials["HTTP_AUTHORIZATION"] for _ in range(students)
    ]
    print(json.dumps({"course": str(course.pk), "tokens": tokens}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
