"""Tagged PDF documents (PDF/UA-1), typeset by typst."""
