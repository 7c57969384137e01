"""Documents typeset by typst: tagged PDF (PDF/UA-1), and the pictures of links."""
