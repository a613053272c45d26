"""Elastic Load Balancing: the same types under the name `aws.alb`."""

from __future__ import annotations

from dataclasses import replace

from localcloud.aws.elbv2.resources import attachments, listeners, load_balancers, target_groups

ROWS = tuple(
    replace(row, type=row.type.replace("aws:lb/", "aws:alb/"))
    for module in (attachments, listeners, load_balancers, target_groups)
    for row in module.ROWS
)
