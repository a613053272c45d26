"""`bulkhead lock` pins requirements with hashes; uv resolves them from a folder of wheels."""

import base64
import hashlib
import zipfile

import pytest

from ops import folders


@pytest.fixture
def services(tmp_path, monkeypatch):
    """A service `mine`, and an index of its own that holds `wheels`."""
    monkeypatch.setattr(folders, "ROOT", tmp_path)
    monkeypatch.setenv("UV_FIND_LINKS", str(tmp_path / "wheels"))
    monkeypatch.setenv("UV_NO_INDEX", "1")
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "cache"))
    (tmp_path / "services" / "mine").mkdir(parents=True)
    (tmp_path / "wheels").mkdir()
    return tmp_path / "services"


@pytest.fixture
def wheel(tmp_path):
    """Put a wheel into the index; return its SHA-256."""

    def publish(name, version, *requirements):
        info = f"{name}-{version}.dist-info"
        needs = "".join(f"Requires-Dist: {one}\n" for one in requirements)
        files = {
            f"{name}/__init__.py": "",
            f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{needs}",
            f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        }
        file = tmp_path / "wheels" / f"{name}-{version}-py3-none-any.whl"
        with zipfile.ZipFile(file, "w") as archive:
            record = f"{info}/RECORD,,\n"
            for path, text in files.items():
                archive.writestr(path, text)
                digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest())
                record += f"{path},sha256={digest.decode().rstrip('=')},{len(text)}\n"
            archive.writestr(f"{info}/RECORD", record)
        return hashlib.sha256(file.read_bytes()).hexdigest()

    return publish


def locked(services):
    text = (services / "mine" / "requirements.txt").read_text()
    return [line.strip() for line in text.splitlines() if line.strip()]


def test_requirements_and_what_they_need_are_pinned_with_hashes(bulkhead, services, wheel):
    post = wheel("post", "1.2", "stamps>=2")
    stamps = wheel("stamps", "2.0")
    (services / "mine" / "requirements.in").write_text("post\n")

    code, _, told = bulkhead("lock", "mine")

    assert code == 0, told
    assert "services/mine/requirements.txt is locked" in told
    assert locked(services) == [
        "post==1.2 \\",
        f"--hash=sha256:{post}",
        "stamps==2.0 \\",
        f"--hash=sha256:{stamps}",
    ]


def test_versions_stay_until_the_file_is_removed(bulkhead, services, wheel):
    wheel("post", "1.2")
    (services / "mine" / "requirements.in").write_text("post\n")
    bulkhead("lock", "mine")
    wheel("post", "1.3")

    bulkhead("lock", "mine")
    kept = locked(services)[0]
    (services / "mine" / "requirements.txt").unlink()
    bulkhead("lock", "mine")

    assert (kept, locked(services)[0]) == ("post==1.2 \\", "post==1.3 \\")


def test_a_package_that_does_not_exist_leaves_the_file_as_it_was(bulkhead, services, wheel):
    wheel("post", "1.2")
    (services / "mine" / "requirements.in").write_text("post\n")
    bulkhead("lock", "mine")
    before = locked(services)
    (services / "mine" / "requirements.in").write_text("post\npigeon\n")

    code, _, complaint = bulkhead("lock", "mine")

    assert code == 1
    assert "requirements.in cannot be locked: " in complaint
    assert "pigeon" in complaint
    assert locked(services) == before


def test_a_service_without_requirements_is_told_what_to_write(bulkhead, services):
    code, _, complaint = bulkhead("lock", "mine")

    assert code == 1
    assert complaint == (
        "services/mine/requirements.in does not exist: write it, one package a line\n"
    )
