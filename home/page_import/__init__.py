"""The file form of pages: parsing and refusing. Each app has makers for its own types of page.

`refusal` why not · `header` YAML · `safety` scripts · `inline`, `paragraphs`, `body` Markdown to typed `blocks` ·
`files` pictures and documents beside the file · `reading` the file whole · `making` and `pages` its page.
"""

from home.page_import.page_file import PageFile, read_page_file
from home.page_import.refusal import ImportRefusal

__all__ = ["ImportRefusal", "PageFile", "read_page_file"]
