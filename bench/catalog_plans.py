"""`python -m bench.catalog_plans [courses]`: query plans of the catalog on many rows."""

import sys
import time
from functools import partial

from bench.catalog_world import catalog_of

ASKED = {
    "first page": {},
    "one category": {"category_id": "*"},
    "level, by price": {"level": "advanced", "sort": "price"},
    "price range": {"least_cents": 20_000, "most_cents": 30_000},
    "one creator": {"creator_id": "*"},
    "search": {"search": "python"},
    "search, two words": {"search": "python guitar"},
    "search, by price": {"search": "python", "sort": "price"},
    "compound": {"search": "python/guitar"},
    "script without spaces": {"search": "基礎講座"},
    "stop words": {"search": "the who"},
    "mistyped": {"search": "pyhton"},
    "mistyped, two words": {"search": "pyhton watercolor"},
    "beginning": {"search": "spread"},
}
ROUNDS = 5


def main(courses: int) -> None:
    """Print the time of each query, and the nodes of its plan."""
    with catalog_of(courses):
        from catalog.models import Category, Course
        from catalog.queries import CourseFilter, course_cards
        from peerloop.kit.paging import Page

        keys = {
            "category_id": Category.objects.first().pk,
            "creator_id": Course.objects.values_list("creator_id", flat=True).first(),
        }
        print(f"{Course.objects.count()} courses\n")
        for name, asked in ASKED.items():
            given = {field: keys.get(field, value) for field, value in asked.items()}
            wanted = CourseFilter(**given)
            took = min(_timed(partial(course_cards, wanted, Page(1, 20))) for _ in range(ROUNDS))
            with Explaining() as plans:
                found = course_cards(wanted, Page(1, 20))
            print(f"== {name}: {took * 1000:.1f} ms, {found.total} found, {found.meant!r}")
            for plan in plans:
                print("\n".join(f"   {line}" for line in plan))


def _timed(act) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


class Explaining:
    """Repeats every statement under EXPLAIN ANALYZE and collects the nodes that read tables."""

    def __enter__(self):
        from django.db import connection

        self.plans: list[list[str]] = []
        self.hook = connection.execute_wrapper(self.run)
        self.hook.__enter__()
        return self.plans

    def __exit__(self, *error):
        self.hook.__exit__(*error)

    def run(self, execute, sql, params, many, context):
        execute(f"EXPLAIN (ANALYZE, COSTS OFF, BUFFERS OFF) {sql}", params, many, context)
        lines = [line for (line,) in context["cursor"].fetchall()]
        kept = [
            line.strip()
            for line in lines
            if any(word in line for word in ("Scan", "Sort  ", "WindowAgg", "Time"))
        ]
        self.plans.append(kept)
        return execute(sql, params, many, context)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 50_000)
