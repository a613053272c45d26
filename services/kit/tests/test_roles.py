"""Authorization of requests by role."""

import pytest


@pytest.fixture
def roles(kit):
    return kit("roles")


def test_a_token_that_passed_the_edge_names_its_caller(roles, token):
    caller = roles.of_header(f"Bearer {token('customer', subject='ada')}")

    assert caller == roles.Caller("ada", frozenset({"customer"}))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"algorithm": "none"}, "not signed"),
        ({"algorithm": "HS256"}, "not signed"),
        ({"signature": ""}, "not signed"),
        ({"expires_in": -1}, "expired"),
    ],
)
def test_a_token_that_cannot_have_passed_the_edge_is_refused(roles, token, options, message):
    with pytest.raises(roles.UnauthenticatedError, match=message):
        roles.of_header(f"Bearer {token('customer', **options)}")


@pytest.mark.parametrize(
    "header", ["", "Basic abc", "Bearer abc", "Bearer a.b.c", "Bearer W10.W10.x"]
)
def test_a_header_without_a_readable_token_is_refused(roles, header):
    with pytest.raises(roles.UnauthenticatedError):
        roles.of_header(header)


@pytest.mark.parametrize("groups", [["one", "two"], "[one two]", "one,two"])
def test_groups_are_read_as_either_edge_writes_them(roles, groups):
    caller = roles.of_claims({"sub": "ada", "cognito:groups": groups})

    assert caller.roles == {"one", "two"}


@pytest.mark.parametrize("role", [None, "merchandiser"])
def test_a_route_is_closed_to_everybody_without_its_role(roles, role):
    with pytest.raises(roles.ForbiddenError):
        roles.check(role, roles.Caller("ada", frozenset({"customer"})))


def test_a_public_route_needs_no_token(roles):
    roles.check("public", roles.NOBODY)


@pytest.mark.parametrize("value", ["", "[]", "{"])
def test_broken_route_roles_are_named(roles, kit, monkeypatch, value):
    monkeypatch.setenv("ROUTE_ROLES", value)

    with pytest.raises(roles.settings.SettingError, match="ROUTE_ROLES"):
        roles.route_roles()
