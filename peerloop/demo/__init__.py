"""The demo world: members, courses and a past, told through the same actions as the real one."""
