"""Private storage in an S3-compatible bucket. Imported only when one is configured: boto3 takes 12 MB of memory."""

from typing import Any

from storages.backends.s3 import S3Storage

from home.files import NO_URL


class PrivateS3Storage(S3Storage):
    def url(self, name: str, *args: Any, **kwargs: Any) -> str:
        raise NotImplementedError(NO_URL)
