"""Keys in Redis under which worker and beat record that they are alive."""

BEAT_KEY = "peerloop:heartbeat:beat"
WORKER_KEY = "peerloop:heartbeat:worker"
HEARTBEAT_KEYS = (BEAT_KEY, WORKER_KEY)
