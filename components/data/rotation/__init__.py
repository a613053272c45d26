"""The code of the function that renews database passwords; built as `credentials-rotation`."""
