"""Rows of data: read from arrays, frames and files, checked, and written. Without TensorFlow."""
