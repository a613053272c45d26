"""Whatever is in a service.yaml, it is read or refused; nothing crashes."""

import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from spec.catalogue import SpecError, load_service
from spec.service import ServiceSpec

CONTAINER = {
    "name": "parcels",
    "description": "Sends parcels.",
    "owner": "delivery",
    "tier": "standard",
    "compute": {"kind": "fargate", "command": ["python", "-m", "parcels"]},
    "stores": {"ledger": {"kind": "aurora-postgresql"}},
}

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(scalars, inner, max_size=3),
    max_leaves=8,
)
fields = st.sampled_from(sorted(ServiceSpec.model_fields)) | st.text(max_size=5)
anything = settings(
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


texts = st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace"))


def told(folder, content):
    """Return the faults of *content*; nothing but SpecError may come out."""
    file = folder / "parcels" / "service.yaml"
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(content)
    try:
        load_service(file)
    except SpecError as error:
        return error.faults
    return ()


@anything
@given(content=st.binary(max_size=200) | texts)
def test_arbitrary_content_is_refused_and_never_crashes(tmp_path, content):
    found = told(tmp_path, content)

    assert found
    assert all(fault.line >= 1 for fault in found)


@anything
@given(name=fields, value=values)
def test_a_description_with_one_arbitrary_field_is_read_or_refused(tmp_path, name, value):
    spec = {**CONTAINER, name: value}

    found = told(tmp_path, yaml.safe_dump(spec, allow_unicode=True, encoding="utf-8"))

    assert all(fault.line >= 1 for fault in found)
