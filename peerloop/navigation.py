"""Menu links of the pages that show several apps."""

from peerloop.kit.navigation import BOTTOM, DUTIES, FOOTER, PUBLIC, RAIL, SIDES, Link

LINKS = (
    Link(menu=PUBLIC, order=10, label="Courses", page="courses", icon="book-open"),
    Link(menu=PUBLIC, order=20, label="Teachers", page="student-teachers", icon="users"),
    Link(menu=PUBLIC, order=30, label="Creators", page="creators", icon="pencil-line"),
    Link(menu=PUBLIC, order=40, label="How it works", page="how-it-works", icon="repeat"),
    Link(menu=PUBLIC, order=50, label="Pricing", page="pricing", icon="tag"),
    Link(menu=FOOTER, order=10, label="How it works", page="how-it-works"),
    Link(menu=FOOTER, order=20, label="Pricing", page="pricing"),
    Link(menu=FOOTER, order=30, label="For creators", page="for-creators"),
    Link(menu=FOOTER, order=40, label="About", page="about"),
    Link(menu=FOOTER, order=50, label="Help", page="help-center"),
    Link(menu=FOOTER, order=60, label="Contact", page="contact"),
    Link(menu=FOOTER, order=70, label="What is new", page="changelog"),
    Link(menu=FOOTER, order=80, label="Terms", page="terms"),
    Link(menu=FOOTER, order=81, label="Privacy", page="privacy-policy"),
    Link(menu=RAIL, order=10, label="Dashboard", page="dashboard", icon="layout-dashboard"),
    Link(menu=RAIL, order=20, label="My courses", page="learn", icon="book-open"),
    Link(menu=BOTTOM, order=10, label="Home", page="dashboard", icon="house"),
    Link(menu=SIDES, order=20, label="Learn", page="learn", icon="book-open", roles=("learn",)),
    Link(menu=SIDES, order=21, label="Teach", page="teach", icon="presentation", roles=("teach",)),
    Link(
        menu=SIDES, order=22, label="Create", page="create", icon="pencil-line", roles=("create",)
    ),
    Link(menu="teach", order=10, label="Teach home", page="teach", icon="presentation"),
    Link(menu="teach", order=30, label="Students", page="teach-students", icon="graduation-cap"),
    Link(menu="create", order=21, label="Students", page="create-students", icon="graduation-cap"),
    Link(menu="create", order=55, label="Analytics", page="create-analytics", icon="chart-line"),
    Link(menu="create", order=22, label="Teachers", page="create-teachers", icon="presentation"),
    Link(menu="create", order=10, label="Create home", page="create", icon="pencil-line"),
    Link(menu=DUTIES, order=30, label="Admin", page="admin:index", icon="shield", roles=("admin",)),
)
