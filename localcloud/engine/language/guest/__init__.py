"""Code that runs in the interpreter of a program, before the program."""
