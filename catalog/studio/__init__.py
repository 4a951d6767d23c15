"""The studio, where creators make their courses: pages and API.

Other apps add to it what they know of a course or module: see ``catalog.studio.panels``.
"""
