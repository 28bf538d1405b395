"""A flow as one module of Keras and TFP: the target `python`.

The arithmetic comes from the catalogue itself, so a new kind needs nothing here. Its functions of
tensors and plain data are excerpted as they stand in its file (`excerpts`). Its methods, which say
how those functions, its options, networks and variables go together, are unfolded for each part of
a plan (`block`, `evaluate`): what the plan decides is decided, loops over options are written out,
and what is left becomes methods of Keras layers (`parts`, `networks`). Parts with the same code
share a class; repeats become loops (`chain`). What is the same for every flow is in templates.
"""
