"""Receipt handles: the number of a message in its queue, of its receive, and its ID."""

from __future__ import annotations

import base64
import binascii

from moto.sqs.exceptions import ReceiptHandleIsInvalid


def handle(number: int, count: int, message_id: str) -> str:
    """Return the handle of the receive *count* of a message."""
    return base64.urlsafe_b64encode(f"{number}/{count}/{message_id}".encode()).decode()


def parse(text: str) -> tuple[int, int, str]:
    """Return number, receive and ID of the handle *text*."""
    try:
        number, count, message_id = base64.urlsafe_b64decode(text.encode()).decode().split("/", 2)
        return int(number), int(count), message_id
    except (ValueError, binascii.Error) as error:
        raise ReceiptHandleIsInvalid from error
