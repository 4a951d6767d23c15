"""The demo world: members, courses and a past, told through the same actions as the real one.

``world.build`` is the way in. What people are and do stands in the JSON files; a new app adds its
part as a module with a ``plan(world)`` of its own.
"""
