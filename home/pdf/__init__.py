"""Tagged PDF documents (PDF/UA-1), drawn by typst."""
