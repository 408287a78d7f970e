"""Where S3 is and whose keys are used: the environment first, then AWS's own files."""

from __future__ import annotations

from pathlib import Path

import pytest

from rushes.adapters.aws import access
from rushes.core.errors import Code, RushesError

KEYS = {"AWS_ACCESS_KEY_ID": "AKIAENV", "AWS_SECRET_ACCESS_KEY": "env-secret"}


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    """An environment whose home has two profiles."""
    (tmp_path / ".aws").mkdir()
    (tmp_path / ".aws" / "credentials").write_text(
        "[default]\naws_access_key_id = AKIADEFAULT\naws_secret_access_key = a=b%c+secret\n"
        "[vendor]\naws_access_key_id=AKIAVENDOR\naws_secret_access_key=vendor\n"
        "aws_session_token=token\n"
    )
    (tmp_path / ".aws" / "config").write_text(
        "[default]\nregion = eu-central-1\n"
        "[profile vendor]\nregion = eu-north-1  # near\nendpoint_url = https://s3.vendor.example/\n"
        "[profile lent]\nrole_arn = arn:aws:iam::1:role/x\nsource_profile = default\n"
    )
    return {"HOME": str(tmp_path)}


def test_without_anything_it_is_aws_and_the_library_looks_for_a_role(tmp_path: Path) -> None:
    found = access({"HOME": str(tmp_path)})
    assert (found.endpoint, found.region, found.key_id) == ("", "us-east-1", "")
    assert not found.plain_http


def test_the_environment_goes_before_the_profile_and_takes_no_token_from_it(
    home: dict[str, str],
) -> None:
    found = access({**home, **KEYS, "AWS_PROFILE": "vendor", "AWS_REGION": "here"})
    assert (found.key_id, found.secret, found.token) == ("AKIAENV", "env-secret", "")
    assert (found.region, found.endpoint) == ("here", "https://s3.vendor.example")


def test_the_default_profile_is_used_where_none_is_named(home: dict[str, str]) -> None:
    found = access(home)
    assert (found.key_id, found.secret) == ("AKIADEFAULT", "a=b%c+secret")
    assert found.region == "eu-central-1"


def test_a_profile_by_name_has_its_keys_region_and_endpoint(home: dict[str, str]) -> None:
    found = access({**home, "AWS_PROFILE": "vendor"})
    assert (found.key_id, found.secret, found.token) == ("AKIAVENDOR", "vendor", "token")
    assert (found.region, found.endpoint) == ("eu-north-1", "https://s3.vendor.example")


def test_the_files_may_be_elsewhere(home: dict[str, str], tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_text("[default]\naws_access_key_id=AKIAOTHER\naws_secret_access_key=x\n")
    found = access({**home, "AWS_SHARED_CREDENTIALS_FILE": str(other)})
    assert found.key_id == "AKIAOTHER"


def test_the_endpoint_for_s3_alone_goes_before_the_one_for_all() -> None:
    both = {"AWS_ENDPOINT_URL": "https://all.example", "AWS_ENDPOINT_URL_S3": "http://s3.example"}
    found = access({**KEYS, **both})
    assert found.endpoint == "http://s3.example"
    assert found.plain_http
    assert not access({**KEYS, "AWS_ENDPOINT_URL": "https://all.example"}).plain_http


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ({"AWS_ENDPOINT_URL": "s3.example"}, "s3.example"),
        ({"AWS_ENDPOINT_URL": "ftp://s3.example"}, "ftp"),
        ({"AWS_ENDPOINT_URL": "http://"}, "http://"),
        ({"AWS_ENDPOINT_URL": "https://me:hunter2@s3.example"}, "https://me:***@s3.example"),
        ({"AWS_ENDPOINT_URL": "http://host:port"}, "host:port"),
        ({"AWS_ACCESS_KEY_ID": "AKIA"}, "one alone"),
        ({"AWS_PROFILE": "nobody"}, "nobody"),
        ({"AWS_PROFILE": "lent"}, "borrows"),
    ],
)
def test_what_makes_no_sense_is_refused(
    home: dict[str, str], given: dict[str, str], word: str
) -> None:
    with pytest.raises(RushesError) as caught:
        access({**home, **given})
    assert caught.value.code is Code.SETTINGS_INVALID
    assert word in caught.value.message
    assert caught.value.hint


@pytest.mark.parametrize("text", ["hunter2 without a section", "[default\nx=hunter2", "\0=hunter2"])
def test_a_file_that_cannot_be_read_is_told_without_what_is_in_it(
    home: dict[str, str], text: str
) -> None:
    Path(home["HOME"], ".aws", "credentials").write_text(text)
    with pytest.raises(RushesError) as caught:
        access(home)
    assert "credentials cannot be read" in caught.value.message
    assert "hunter2" not in caught.value.message
    assert caught.value.__cause__ is None


def test_secrets_are_not_shown(home: dict[str, str]) -> None:
    assert "env-secret" not in repr(access({**home, **KEYS}))
    assert "AKIAENV" not in repr(access({**home, **KEYS}))


@pytest.mark.parametrize(
    ("endpoint", "signed"),
    [
        ("", False),
        ("https://s3.studio.example", False),
        ("http://s3.studio.example", True),
        ("http://127.studio.example", True),
        ("http://localhost.studio.example:9000", True),
        ("http://10.0.0.7:9000", True),
        ("http://127.0.0.1:9000", False),
        ("http://LOCALHOST", False),
        ("http://[::1]:9000", False),
    ],
)
def test_bytes_are_signed_where_others_could_change_them_on_the_way(
    tmp_path: Path, endpoint: str, signed: bool
) -> None:
    assert access({"HOME": str(tmp_path), "AWS_ENDPOINT_URL_S3": endpoint}).signs_bodies is signed


@pytest.mark.parametrize("name", ["http_proxy", "HTTP_PROXY", "ALL_PROXY"])
@pytest.mark.parametrize(
    ("endpoint", "signed"), [("http://127.0.0.1:9000", True), ("https://s3.studio.example", False)]
)
def test_a_proxy_is_on_the_way_to_this_machine_too(
    tmp_path: Path, endpoint: str, signed: bool, name: str
) -> None:
    surroundings = {"HOME": str(tmp_path), "AWS_ENDPOINT_URL_S3": endpoint, name: "http://p:3128"}
    assert access(surroundings).signs_bodies is signed


@pytest.mark.parametrize(("said", "signed"), [("true", True), ("True", True), ("false", False)])
def test_a_profile_may_ask_for_signed_bytes(home: dict[str, str], said: str, signed: bool) -> None:
    with open(Path(home["HOME"], ".aws", "config"), "a") as config:
        config.write(
            f"[profile strict]\ns3 =\n  max_queue_size = 9\n  payload_signing_enabled = {said}\n"
        )
    assert access({**home, "AWS_PROFILE": "strict"}).signs_bodies is signed
