"""What an architect names: one component resource in each file, a folder for each chapter."""
