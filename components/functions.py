"""What components of other groups use of a Lambda function."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import pulumi


class InvokedFunction(Protocol):
    """A Lambda function that an AWS service invokes, such as a `LambdaFunction`."""

    @property
    def arn(self) -> pulumi.Output[str]:
        """ARN of the function."""
        ...

    @property
    def function_name(self) -> pulumi.Output[str]:
        """Name of the function, for `lambda:AddPermission`."""
        ...

    @property
    def role_name(self) -> pulumi.Output[str]:
        """Name of its execution role."""
        ...
