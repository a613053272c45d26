"""What every rule stands on: values as they arrive, the rule itself, settings, and the analyzer."""
