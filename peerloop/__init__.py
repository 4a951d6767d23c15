"""PeerLoop: learn from peers, certify, teach, earn."""
