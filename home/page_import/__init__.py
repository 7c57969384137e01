"""Import of pages from Markdown files with a YAML header. Each app provides makers for its own page types.

`page_file` parses a whole file: `header` the YAML, `body`, `paragraphs` and `rich_text` the Markdown, into `blocks`.
`refused_markup` refuses scripts, `files` checks images and documents, `refusal` holds the exception. `makers` and
`page_makers` write the page.
"""

from home.page_import.page_file import PageFile, read_page_file
from home.page_import.refusal import ImportRefusal

__all__ = ["ImportRefusal", "PageFile", "read_page_file"]
