"""Where whole parts of the site begin. Single addresses go by the name of their route."""

API = "/api/"
CANONICAL_API = "/api/v1/"  # API answers the same, as an alias
LIVE = "/live/"  # long connections, beside Django
# Where browsers report what the content policy refused.
POLICY_REPORTS = "/policy-reports"
DRAWN_COVERS = "/covers/"  # pictures that we draw; courses store their addresses
