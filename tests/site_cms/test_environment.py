"""Parsing and refusal of environment variables."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from environs import Env

from site_cms import environment


def test_a_postgresql_database_is_parsed_from_its_url():
    database = environment.database_settings("postgres://user:p%40ss@db.example.org:5433/site")

    read = {name: database[name] for name in ("ENGINE", "USER", "PASSWORD", "HOST", "PORT", "NAME")}
    assert read == {
        "ENGINE": "django.db.backends.postgresql",
        "USER": "user",
        "PASSWORD": "p@ss",
        "HOST": "db.example.org",
        "PORT": 5433,
        "NAME": "site",
    }


def test_a_sqlite_transaction_takes_its_lock_at_the_start():
    database = environment.database_settings("sqlite:////srv/site.sqlite3")

    assert (database["NAME"], database["OPTIONS"]["transaction_mode"]) == (
        "/srv/site.sqlite3",
        "IMMEDIATE",
    )


@pytest.mark.parametrize("url", ["mysql://a/b", "nonsense", "postgres://host/", "sqlite://"])
def test_an_unsupported_database_is_refused_by_the_variables_name(url):
    with pytest.raises(ImproperlyConfigured, match=r"^DATABASE_URL must be"):
        environment.database_settings(url)


@pytest.mark.parametrize("url", ["redis://user:p%40ss@cache:6380/3?ssl=0", "rediss://cache/1"])
def test_a_redis_url_is_kept_unchanged(url):
    assert environment.cache_settings(url) == {
        "BACKEND": "site_cms.redis_cache.ForgivingRedisCache",
        "LOCATION": url,
    }


def test_a_file_cache_has_its_folder():
    assert environment.cache_settings("file:///srv/le%20cache")["LOCATION"] == "/srv/le cache"


@pytest.mark.parametrize(
    "url", ["http://cache", "redis://", "file://", "memcached://a", "redis://a:x"]
)
def test_an_unsupported_cache_is_refused_by_the_variables_name(url):
    with pytest.raises(ImproperlyConfigured, match=r"^CACHE_URL "):
        environment.cache_settings(url)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://mail.example.org", (587, "", "", False, False)),
        ("smtp://mail.example.org:25?tls=1", (25, "", "", True, False)),
        ("smtp://me%40a.fr:p%3Aw@mail.example.org", (587, "me@a.fr", "p:w", True, False)),
        ("smtps://me:pw@mail.example.org", (465, "me", "pw", False, True)),
    ],
)
def test_smtp_is_parsed_from_its_url(url, expected):
    delivery = environment.delivery_settings(url)

    options = delivery["options"]
    names = ("port", "username", "password", "use_tls", "use_ssl")
    assert tuple(options[name] for name in names) == expected
    assert options["host"] == "mail.example.org"


def test_an_anymail_provider_gets_its_key_and_its_other_settings():
    delivery = environment.delivery_settings("anymail+mailjet://key%2B1@?mailjet_secret_key=two")

    assert delivery == {
        "backend": "anymail.backends.mailjet.EmailBackend",
        "options": {},
        "anymail": {"MAILJET_API_KEY": "key+1", "MAILJET_SECRET_KEY": "two"},
    }


@pytest.mark.parametrize(
    "url",
    [
        "anymail+nobody://key@",
        "anymail+base.x://k@",
        "smtp://",
        "smtp://a:port",
        "file://",
        "http://a",
    ],
)
def test_an_unsupported_delivery_is_refused_by_the_variables_name(url):
    with pytest.raises(ImproperlyConfigured, match=r"^DELIVERY_URL "):
        environment.delivery_settings(url)


def storages(monkeypatch, tmp_path, **variables):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return environment.storage_settings(Env(), static_manifest=True, private_root=tmp_path)


def test_images_and_private_files_are_in_two_buckets(monkeypatch, tmp_path):
    found = storages(
        monkeypatch,
        tmp_path,
        S3_BUCKET="pictures",
        S3_PRIVATE_BUCKET="private",
        S3_ENDPOINT_URL="https://s3.example.org",
        S3_ACCESS_KEY_ID="key",
        S3_SECRET_ACCESS_KEY="secret",
    )

    assert [found[name]["OPTIONS"]["bucket_name"] for name in ("default", "private")] == [
        "pictures",
        "private",
    ]
    assert environment.picture_sources(found) == ["https://s3.example.org"]
    assert found["default"]["OPTIONS"]["object_parameters"] == {
        "CacheControl": "public, max-age=31536000, immutable"
    }


@pytest.mark.parametrize(
    ("variables", "named"),
    [
        ({"S3_BUCKET": "one"}, "S3_PRIVATE_BUCKET"),
        ({"S3_BUCKET": "one", "S3_PRIVATE_BUCKET": "one"}, "S3_PRIVATE_BUCKET"),
        ({"S3_PRIVATE_BUCKET": "two"}, "S3_BUCKET"),
        (
            {"S3_BUCKET": "one", "S3_PRIVATE_BUCKET": "two", "S3_ACCESS_KEY_ID": "key"},
            "S3_ACCESS_KEY_ID",
        ),
        (
            {"S3_BUCKET": "one", "S3_PRIVATE_BUCKET": "two", "S3_ENDPOINT_URL": "s3"},
            "S3_ENDPOINT_URL",
        ),
    ],
)
def test_an_incomplete_storage_is_refused_by_name(monkeypatch, tmp_path, variables, named):
    with pytest.raises(ImproperlyConfigured, match=rf"^{named} "):
        storages(monkeypatch, tmp_path, **variables)


def test_the_secret_of_a_demonstration_survives_a_restart_and_is_private(tmp_path):
    first = environment.demo_secret_key(tmp_path)

    assert environment.demo_secret_key(tmp_path) == first
    assert len(first) >= 50
    assert [(file.name, file.stat().st_mode & 0o777) for file in tmp_path.iterdir()] == [
        ("secret-key", 0o600)
    ]


def test_a_data_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").touch()

    with pytest.raises(ImproperlyConfigured, match=r"^DATA_DIR cannot be written"):
        environment.data_folder(tmp_path / "file" / "var")
