"""ElastiCache, in place of moto's.

moto has no serverless caches, user groups and parameter groups, modifies little, and answers no
nodes. Objects are dictionaries under the names of the API's answers, on moto's backend.
"""
