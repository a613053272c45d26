"""The process that runs functions, tasks and event source mappings."""
