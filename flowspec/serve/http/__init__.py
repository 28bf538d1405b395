"""The protocols over HTTP: typed routes, Open Inference Protocol V2, TensorFlow Serving REST."""
