"""Code and deployment files written from a bundle: `flowspec generate`."""
