"""Where worker and beat note in Redis that they are alive."""

BEAT_KEY = "peerloop:heartbeat:beat"
WORKER_KEY = "peerloop:heartbeat:worker"
HEARTBEAT_KEYS = (BEAT_KEY, WORKER_KEY)
