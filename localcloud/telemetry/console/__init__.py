"""The console: web pages that show the running system."""
