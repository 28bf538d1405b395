"""What `flowspec.serve.ray` is made of: Ray's settings, its options, and what a replica runs."""
