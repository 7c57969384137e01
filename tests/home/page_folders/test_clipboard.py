"""Pasted text as blocks: from Word, LibreOffice, Google Docs and mail. No script is kept."""

import pytest

from home.page_folders.clipboard import read_clipboard

WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style>p {margin: 0}</style></head><body lang=FR>
<!--StartFragment--><p class=MsoTitle>Compte rendu<o:p></o:p></p>
<p class=MsoNormal>Bonjour <b>tous</b>,<o:p></o:p></p><p class=MsoNormal><o:p>&nbsp;</o:p></p><h2>Ce qui reste</h2>
<p class=MsoListParagraphCxSpFirst style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span
style='font-family:Symbol'><span style='mso-list:Ignore'>·<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;
</span></span></span><![endif]>Premier</p>
<p class=MsoListParagraphCxSpMiddle style='mso-list:l0 level2 lfo1'><span style='mso-list:Ignore'>1.</span>Dessous</p>
<p class=MsoListParagraphCxSpLast style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>·</span>Second</p>
<p class=MsoNormal>Fin.</p><!--EndFragment--></body></html>"""
LIBREOFFICE = """<meta http-equiv="content-type" content="text/html; charset=utf-8"/><h1 class="western">Un titre</h1>
<p style="line-height: 100%"><font face="Arial"><i>Du texte</i></font></p>
<table width="100%"><col width="128*"/><thead><tr valign="top"><th><p>Quand</p></th><th><p>Où</p></th></tr></thead>
<tbody><tr><td><p>Mars</p><p>Avril</p></td><td><p><b>Lille</b></p></td></tr></tbody></table>
<ul><li><p>Un</p></li><ul><li><p>Un bis</p></li></ul><li><p>Deux</p></li></ul>"""
GOOGLE = """<meta charset='utf-8'><b style="font-weight:normal;" id="docs-internal-guid-1"><h3 dir="ltr"><span>Titre</span></h3>
<p dir="ltr"><span style="font-weight:700">Gras</span><span style="font-weight:400">, </span><a href="https://e.fr/"
><span style="font-style:italic">lien</span></a></p></b>"""
MAIL = """<div>Bonjour,<div><br></div><div>La suite <a href="mailto:a@example.org">par e-mail</a>.</div>
<table><tr><td><p>Une signature</p></td></tr></table></div>"""


def table(*rows):
    columns = [{"type": "text", "heading": heading} for heading in rows[0]]
    values = [{"values": list(row)} for row in rows[1:]]
    return ("table", {"columns": columns, "rows": values, "caption": ""})


def heading(text, level="2"):
    return ("heading", {"text": text, "level": level, "anchor": ""})


@pytest.mark.parametrize(
    ("html", "blocks"),
    [
        (
            WORD,
            [
                heading("Compte rendu"),
                ("paragraph", "<p>Bonjour <b>tous</b>,</p>"),
                heading("Ce qui reste", "3"),
                (
                    "paragraph",
                    "<ul><li>Premier<ol><li>Dessous</li></ol></li><li>Second</li></ul><p>Fin.</p>",
                ),
            ],
        ),
        (
            LIBREOFFICE,
            [
                heading("Un titre"),
                ("paragraph", "<p><i>Du texte</i></p>"),
                table(("Quand", "Où"), ("<p>Mars<br/>Avril</p>", "<p><b>Lille</b></p>")),
                ("paragraph", "<ul><li>Un<ul><li>Un bis</li></ul></li><li>Deux</li></ul>"),
            ],
        ),
        (
            GOOGLE,
            [
                heading("Titre"),
                ("paragraph", '<p><b>Gras</b>, <a href="https://e.fr/"><i>lien</i></a></p>'),
            ],
        ),
        (
            MAIL,
            [
                (
                    "paragraph",
                    '<p>Bonjour,</p><p>La suite <a href="mailto:a@example.org">par e-mail</a>.</p><p>Une signature</p>',
                )
            ],
        ),
        ("", []),
        ("<p> </p><h2> </h2><table></table><ul></ul>", []),
        ("du texte seul", [("paragraph", "<p>du texte seul</p>")]),
    ],
)
def test_titles_lists_tables_and_links_are_kept(html, blocks):
    found = [(block["type"], block["value"]) for block in read_clipboard(html).blocks]

    assert found == blocks


def test_losses_are_told():
    html = (
        "<img src=a><v:imagedata src=b><table><tr><td colspan=2>A</td></tr>"
        "<tr><td>B</td><td>C</td></tr></table>"
    )

    pasted = read_clipboard(html)

    assert pasted.blocks[0]["value"]["columns"][1]["heading"] == ""
    assert pasted.losses == [
        "des cellules fusionnées, à vérifier dans le tableau",
        "2\u00a0images à déposer dans une galerie",
    ]


def test_nothing_that_runs_is_kept():
    html = (
        '<p onclick="x()">A<script>x()</script><a href="javascript:x()">B</a><a href="file:///c">C</a>'
        "<svg onload=x()><iframe src=x></iframe>&lt;script&gt;</p>"
    )

    [block] = read_clipboard(html).blocks

    assert block["value"] == "<p>ABC&lt;script&gt;</p>"
