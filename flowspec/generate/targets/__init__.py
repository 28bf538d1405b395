"""What can be generated, one module each; the first line of its docstring says what it is."""
