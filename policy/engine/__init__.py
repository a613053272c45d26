"""The policy engine: property values, rules, settings, evaluation and the analyzer service."""
