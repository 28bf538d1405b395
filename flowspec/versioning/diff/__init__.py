"""What changed between two versions of a flow, by named rules."""
