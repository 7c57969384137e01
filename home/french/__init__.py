"""French text: normalisation for search, typography, dates and quantities. Pure functions: no model, query or setting."""

from home.french.dates import date_range, date_range_compact, hour, hour_range, iso, long_date
from home.french.folding import fold, index_text, matches, query_terms, slugify_fr
from home.french.names import d_of
from home.french.quantities import count_of, file_size
from home.french.typography import keep_compounds, typo, typo_html

__all__ = [
    "count_of",
    "d_of",
    "date_range",
    "date_range_compact",
    "file_size",
    "fold",
    "hour",
    "hour_range",
    "index_text",
    "iso",
    "keep_compounds",
    "long_date",
    "matches",
    "query_terms",
    "slugify_fr",
    "typo",
    "typo_html",
]
