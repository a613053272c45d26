from __future__ import annotations

import base64
import hashlib
from urllib.parse import urlsplit


def test_get_function_gives_an_address_at_which_the_code_is(cloud, make_function):
    made = make_function("coded")

    answer = cloud.client("lambda").get_function(FunctionName="coded")

    path = urlsplit(answer["Code"]["Location"]).path.removeprefix("/_bulkhead/")
    status, archive = cloud.request("GET", path)
    assert status == 200
    digest = hashlib.sha256(archive).digest()
    assert base64.b64encode(digest).decode() == made["CodeSha256"]
    assert path.endswith(digest.hex())


def test_unknown_code_is_not_found_and_a_path_is_refused(cloud):
    assert cloud.request("GET", f"functions/code/{'0' * 64}")[0] == 404
    assert cloud.request("GET", "functions/code/..%2F..%2Fx")[0] in {400, 404}
