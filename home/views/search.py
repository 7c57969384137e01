"""The search page, /recherche/, over the pages that the user may see."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from home.pages.listing import Choice, page_of
from home.pages.search import SearchQuery, answers, kinds, results
from home.pages.tallies import note_search

PER_PAGE = 10


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    question = SearchQuery.read(request.GET)
    page_obj = page_of(answers(question, request.user), request.GET, PER_PAGE)
    if question.groups and not question.kind and not page_obj.paginator.count:
        note_search(question.text)
    context = {
        "question": question,
        "page_obj": page_obj,
        "results": results(page_obj.object_list, question),
        "kinds": kind_choices(question),
        "query": query_of(question, question.kind if question.kind in kinds() else ""),
        "noindex": True,
    }
    return render(request, "home/search.html", context)


def kind_choices(question: SearchQuery) -> list[Choice]:
    if not question.groups:
        return []
    known = kinds()
    everything = Choice("Tout", f"?{query_of(question)}", question.kind not in known)
    return [
        everything,
        *[
            Choice(label, f"?{query_of(question, kind)}", question.kind == kind)
            for kind, label in known.items()
        ],
    ]


def query_of(question: SearchQuery, kind: str = "") -> str:
    return urlencode({"q": question.text} | ({"type": kind} if kind else {}))
