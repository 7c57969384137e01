"""A StreamField whose block definitions stay out of migrations."""

import json
from typing import Any

from wagtail.blocks.stream_block import StreamValue
from wagtail.fields import StreamField


class BodyField(StreamField):
    """A page's body. Changing a block creates no migration.

    `deconstruct` drops the block definitions, so a historical model has no child blocks: Wagtail would treat every
    block as unknown and save an empty body. There the field keeps the raw JSON (`raw_text`) and writes it back, so
    that a data migration can load and save a page without losing content.
    """

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, path, _args, kwargs = super().deconstruct()
        kwargs.pop("block_lookup", None)
        return name, path, [[]], kwargs

    def to_python(self, value: Any) -> StreamValue:
        if self.stream_block.child_blocks or not isinstance(value, (str, list)):
            return super().to_python(value)
        # The database gives a list; assigned values may be JSON text too.
        raw_text = value if isinstance(value, str) else json.dumps(value)
        kept = StreamValue(self.stream_block, [], raw_text=raw_text)
        kept._stream_field = self
        return kept

    def get_prep_value(self, value: Any) -> Any:
        prepared = super().get_prep_value(value)
        if isinstance(prepared, str) and not self.stream_block.child_blocks:
            return json.loads(prepared or "[]")
        return prepared
