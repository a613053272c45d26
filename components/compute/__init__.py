"""Where code runs: containers, functions and the images they start from."""
