"""Pages as folders of text, written and read back without loss: what `export_pages` writes.

`rich_text` turns rich text into Markdown and back, `block_values` the values of blocks, `rows` the fields of a row, `body`
a page's blocks, `page_text` the whole file. `names` says how a page, an image or a document is named there. `library`
writes and reads the images and documents.
"""
