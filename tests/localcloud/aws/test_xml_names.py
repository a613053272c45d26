import pytest
import xmltodict

from localcloud.aws import xml_names


def test_a_name_is_looked_at_once_and_a_bad_one_each_time(monkeypatch):
    asked = []
    look = xmltodict._validate_name
    monkeypatch.setattr(
        xmltodict, "_validate_name", lambda *name: (asked.append(name[0]), look(*name))
    )
    xml_names.install()

    for _ in range(2):
        assert "<good>1</good>" in xmltodict.unparse({"good": 1})
        with pytest.raises(ValueError, match="element"):
            xmltodict.unparse({"<bad": 1})

    assert asked == ["good", "<bad", "<bad"]
