"""The pages of `docs/policy`, generated from the rules and their tests."""
