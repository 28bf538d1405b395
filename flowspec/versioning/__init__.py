"""Architectures as versioned config: what changed, what it means, and how weights move on."""
