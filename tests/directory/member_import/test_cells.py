"""Spreadsheets as people have them: each is read as its author sees it, or refused in words that name the cell."""

import csv
import zipfile
from datetime import date
from io import BytesIO, StringIO

import pytest
from openpyxl import Workbook, load_workbook

from directory.member_import.encodings import UnreadableFile
from directory.member_import.enrolment import judge
from directory.member_import.headings import columns_of
from directory.member_import.spreadsheet import read_lines
from home.spreadsheets import xlsx
from tests.builders import make_home, make_territory

pytestmark = pytest.mark.django_db

HEADINGS = ["Prénom", "Nom", "Adresse e-mail", "Organisation", "Territoire", "Téléphone"]
ODILE = ["Odile", "Exemple", "odile@exemple.fr", "Mairie", "Somme", "03 22 00 00 00"]
FIRST_NAME, _NAME, EMAIL, ORGANISATION, TERRITORY, PHONE = range(6)


@pytest.fixture(autouse=True)
def site():
    make_home()
    make_territory("Somme", code="80")
    make_territory("Aisne", code="02")
    make_territory("Pas-de-Calais", code="62")


def saved(book):
    output = BytesIO()
    book.save(output)
    return output.getvalue()


def sheet(*rows, headings=HEADINGS, prepare=lambda book: None):
    book = Workbook()
    for row in (headings, *rows):
        book.active.append(row)
    prepare(book)
    return list(judge(read_lines("liste.xlsx", saved(book))))


def table(*rows, headings=HEADINGS, delimiter=";", encoding="utf-8-sig", before=""):
    output = StringIO()
    csv.writer(output, delimiter=delimiter).writerows((headings, *rows))
    return list(judge(read_lines("liste.csv", (before + output.getvalue()).encode(encoding))))


def odile_with(column, cell):
    return [cell if number == column else value for number, value in enumerate(ODILE)]


def read_of(verdicts):
    """Return name, address, organisation, code of the territory and telephone of the only line."""
    [odile] = verdicts
    assert odile.refusal == ""
    values = odile.values
    return (
        f"{values['first_name']} {values['last_name']}",
        values["email"],
        values["organisation"],
        values["territory"].code,
        values["phone"].replace(" ", ""),
    )


READ = ("Odile Exemple", "odile@exemple.fr", "Mairie", "80", "0322000000")


@pytest.mark.parametrize("make", [sheet, table])
@pytest.mark.parametrize(
    ("column", "cell"),
    [
        (FIRST_NAME, "Odile\u200e"),
        (FIRST_NAME, "  Odile\u00a0"),
        (FIRST_NAME, "\ufeffOdile"),
        (FIRST_NAME, "Odi\u00adle"),
        (EMAIL, "odile@exemple.fr\u200b"),
        (EMAIL, "Odile Exemple <odile@exemple.fr>"),
        (EMAIL, '"Exemple, Odile" <Odile@Exemple.fr>'),
        (EMAIL, "mailto:odile@exemple.fr"),
        (EMAIL, "odile@exemple.fr;"),
        (EMAIL, "odile@exemple.fr\n"),
        (ORGANISATION, "Mairie\n"),
        (ORGANISATION, "_x000D_Mairie"),
        (TERRITORY, "Somme (80)"),
        (TERRITORY, "80 - Somme"),
        (TERRITORY, "80 – SOMME"),
        (TERRITORY, "(80) Somme"),
        (TERRITORY, "Somme, 80"),
        (TERRITORY, "80"),
        (TERRITORY, 80),
        (TERRITORY, " somme "),
        (PHONE, "\u202d03 22 00 00 00\u202c"),
        (PHONE, 322000000),
        (PHONE, "322000000"),
        (PHONE, "03\u202f22\u202f00\u202f00\u202f00"),
    ],
)
def test_a_cell_of_a_real_list_is_read_as_it_is_seen(make, column, cell):
    assert read_of(make(odile_with(column, cell))) == READ


@pytest.mark.parametrize(
    ("cell", "code"),
    [(2, "02"), (2.0, "02"), ("2", "02"), ("02", "02"), ("Aisne (2)", "02"), ("62 Pas-de-Calais", "62"),
     ("Pas de Calais", "62"), ("Pas-de-Calais - 62", "62")],
)  # fmt: skip
def test_a_territory_is_found_by_its_code_its_name_or_both(cell, code):
    [odile] = sheet(odile_with(TERRITORY, cell))

    assert odile.refusal == ""
    assert odile.values["territory"].code == code


def test_a_territory_whose_name_holds_a_number_is_found_by_its_whole_name():
    make_territory("Les 2 Baies", code="200070993")

    [odile] = sheet(odile_with(TERRITORY, "Les 2 Baies"))

    assert (odile.refusal, odile.values["territory"].name) == ("", "Les 2 Baies")


@pytest.mark.parametrize("cell", ["Somme (02)", "Atlantide (80b)", "99"])
def test_a_territory_that_contradicts_itself_is_refused(cell):
    [odile] = sheet(odile_with(TERRITORY, cell))

    assert odile.refusal == (
        f"Ligne 2, colonne Territoire\u00a0: «\u00a0{cell}\u00a0» n’est pas un territoire connu du site."
    )


@pytest.mark.parametrize(
    ("cell", "phone"),
    [
        (33322000000, "+33322000000"),
        ("+33 3 22", "+33322"),
        ("3.22.00.00.00", "0322000000"),
        ("322000000,00", "0322000000"),
    ],
)
def test_a_telephone_gets_back_what_the_spreadsheet_dropped(cell, phone):
    [odile] = sheet(odile_with(PHONE, cell))

    assert odile.values["phone"].replace(" ", "") == phone


@pytest.mark.parametrize(
    ("column", "heading"),
    [
        *((EMAIL, one) for one in (
            "Adresse mail", "Adresse email", "Adresse électronique", "Mél", "E-mail *", "MAIL", "Courriel (pro)",
            "Adresse de messagerie", "e mail", "Email professionnel",
        )),
        *((FIRST_NAME, one) for one in ("PRENOM", "Prénom *", "prénom(s)", " Prénom :")),
        *((1, one) for one in ("Nom *", "NOM", "Nom de famille", "Nom d’usage", "Nom (en majuscules)")),
        *((ORGANISATION, one) for one in ("Structure", "Organisme / structure", "Collectivité", "Nom de la structure")),
        *((TERRITORY, one) for one in ("Département", "N° de département", "Dépt", "Territoire d’action")),
        *((PHONE, one) for one in ("Tél.", "N° de téléphone", "Portable", "Téléphone\nportable")),
    ],
)  # fmt: skip
def test_a_heading_is_written_in_many_words(column, heading):
    headings = [heading if at == column else one for at, one in enumerate(HEADINGS)]

    assert read_of(sheet(ODILE, headings=headings)) == READ


def test_columns_come_in_any_order_and_others_are_not_judged():
    headings = ["Âge", *reversed(HEADINGS), "Mastodon", "Inscription", "Statut"]
    row = ["=2024-1961", *reversed(ODILE), "@odile@exemple.org", date(2024, 1, 2), "#REF!"]

    assert read_of(sheet(row, headings=headings)) == READ
    assert read_of(table(row, headings=headings)) == READ


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_csv_is_read_whatever_its_delimiter_and_its_known_encoding(delimiter, encoding):
    chloe = ["Chloé", "Lefèvre", "odile@exemple.fr", "Côte d’Œuvre", "Somme", "03 22 00 00 00"]

    assert read_of(table(chloe, delimiter=delimiter, encoding=encoding))[::2] == (
        "Chloé Lefèvre",
        "Côte d’Œuvre",
        "0322000000",
    )


@pytest.mark.parametrize("encoding", ["mac_roman", "cp850", "cp437"])
@pytest.mark.parametrize(
    "name", ["Chloé Lefèvre", "Noël Côté", "Benoît Forêt", "Aïcha Zoé", "José Muñoz"]
)
def test_a_file_whose_accents_would_be_lost_is_refused(encoding, name):
    first, last = name.split()

    with pytest.raises(UnreadableFile, match="CSV UTF-8"):
        table(
            [first, last, *ODILE[2:]],
            encoding=encoding,
            headings=["Prenom", *HEADINGS[1:4], "Territoire", "Tel"],
        )


@pytest.mark.parametrize("encoding", ["mac_roman", "cp850"])
@pytest.mark.parametrize("name", ["Marc LEFÈVRE", "Ève Petit", "Ana NOËL", "Paul ÎLE"])
def test_a_single_accent_that_may_be_read_in_two_ways_is_refused(encoding, name):
    first, last = name.split()

    with pytest.raises(UnreadableFile, match="CSV UTF-8"):
        table([first, last, "a@x.fr"], encoding=encoding, headings=["Prenom", "Nom", "Mail"])


@pytest.mark.parametrize(
    "name", ["Marc LEFÈVRE", "Ève Petit", "Ana NOËL", "Zoé Petit", "Al BENOÎT"]
)
def test_a_single_accent_that_has_one_reading_is_read(name):
    row = [*name.split(), "a@x.fr"]

    [line] = table(row, encoding="cp1252", headings=["Prenom", "Nom", "Mail"])

    assert (line.refusal, line.name) == ("", name)


@pytest.mark.parametrize("cell", ['"Halle aux "toiles"', '"Halle', '"Halle, Arras'])
def test_a_quotation_mark_that_nothing_closes_takes_no_line_with_it(cell):
    content = (
        f"Prénom;Nom;Mail;Structure\nAnne;Petit;a@x.fr;\nPaul;Ney;p@x.fr;{cell}\nLuc;Roy;l@x.fr;\n"
    )

    with pytest.raises(UnreadableFile, match=r"à partir de la ligne 3.*guillemet"):
        read_lines("liste.csv", content.encode())


def test_a_short_row_is_refused_by_the_headings_that_it_does_not_reach():
    [line] = judge(read_lines("liste.csv", "Prénom;Nom;Mél\nAnne;Petit\n".encode()))

    assert line.refusal == "Ligne 2, colonne Mél\u00a0: Saisissez votre adresse e-mail."


def test_a_line_whose_cells_are_shifted_is_refused():
    content = """Prénom,Nom,Mail,Commune
Anne,Petit,a@x.fr,Lens, Nord
Paul,Ney,p@x.fr,"Lens, Nord"
Luc,Roy,l@x.fr,Lens, ,
"""

    lines = list(judge(read_lines("liste.csv", content.encode())))

    assert [bool(line.refusal) for line in lines] == [True, False, False]
    assert "mettez entre guillemets" in lines[0].refusal


@pytest.mark.parametrize(
    ("headings", "fields"),
    [
        (["Nom de naissance", "Nom d’usage"], ["", "last_name"]),
        (["Mail de la structure", "Adresse e-mail"], ["", "email"]),
        (["E-mail", "Mail de la structure"], ["email", ""]),
        (["Courriel professionnel", "Courriel personnel"], ["email", ""]),
        (["Tél. fixe", "Portable"], ["", "phone"]),
        (["Nom", "Nom (maj.)"], ["last_name", ""]),
    ],
)
def test_of_two_columns_for_one_field_the_plainest_counts(headings, fields):
    assert columns_of(headings) == fields


@pytest.mark.parametrize(
    "before",
    ["sep=;\r\n", "Liste des adhérents au 31/12/2024\r\n\r\n", "\r\n\r\n", "a,b,c,d,e,f,g\r\n"],
)
def test_something_may_precede_the_headings_of_a_csv(before):
    assert read_of(table(ODILE, before=before)) == READ


def merge_a_title(book):
    book.active.insert_rows(1, 2)
    book.active["A1"] = "Liste des adhérents au 31/12/2024"
    book.active.merge_cells("A1:F1")


def put_a_cover_first(book):
    cover = book.create_sheet("Lisez-moi", 0)
    cover["A1"] = "Adhérents"


def colour_rows(book):
    for number in range(3, 6000):
        book.active.cell(number, 2).value = " "


def leave_gaps(book):
    book.active.insert_rows(2, 3)


def hide_a_copy(book):
    copy = book.copy_worksheet(book.active)
    copy.sheet_state = "hidden"


@pytest.mark.parametrize(
    "prepare", [merge_a_title, put_a_cover_first, colour_rows, leave_gaps, hide_a_copy]
)
def test_what_stands_around_the_list_does_not_matter(prepare):
    assert read_of(sheet(ODILE, prepare=prepare)) == READ


def test_cells_merged_over_several_rows_count_for_each():
    jean = ["Jean", "Exemple", "jean@exemple.fr", None, "Somme", ""]

    verdicts = sheet(ODILE, jean, prepare=lambda book: book.active.merge_cells("D2:D3"))

    assert [verdict.values["organisation"] for verdict in verdicts] == ["Mairie", "Mairie"]


def with_stored_values(content):
    """Return the workbook with a value stored for its formula, as spreadsheet programs do."""
    packed = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as before, zipfile.ZipFile(packed, "w") as after:
        for entry in before.infolist():
            part = before.read(entry)
            if entry.filename.endswith("sheet1.xml"):
                part = (
                    part.replace(b"<v></v>", b"<v>80</v>")
                    .replace(b"<v />", b"<v>80</v>")
                    .replace(b"<v/>", b"<v>80</v>")
                )
            after.writestr(entry.filename, part)
    return packed.getvalue()


def test_a_formula_counts_for_its_stored_value():
    book = Workbook()
    for row in (HEADINGS, odile_with(TERRITORY, "=40*2")):
        book.active.append(row)

    assert read_of(judge(read_lines("liste.xlsx", with_stored_values(saved(book))))) == READ


@pytest.mark.parametrize(
    ("column", "cell", "words"),
    [
        (EMAIL, "=A2", "formule"),
        (FIRST_NAME, "#REF!", "erreur"),
        (FIRST_NAME, "Chlo\ufffd", "lettres"),
        (FIRST_NAME, "Chlo?", "lettres"),
        (ORGANISATION, "MÃ©diathÃ¨que", "lettres"),
        (PHONE, "3,22E+08", "raccourci"),
        (PHONE, date(2024, 3, 22), "date"),
        (EMAIL, "odile", "adresse e-mail valide"),
        (EMAIL, "odile@exemple.fr, jean@exemple.fr", "adresse e-mail valide"),
        (EMAIL, "Odile <odile@exemple.fr>, Jean <jean@exemple.fr>", "adresse e-mail valide"),
        (TERRITORY, "62 et 80", "territoire connu"),
        (TERRITORY, "CC des 2 Tours (80)", "territoire connu"),
    ],
)
def test_what_is_lost_is_refused_in_words_that_name_the_cell(column, cell, words):
    _fine, odile = sheet(["Jean", "Exemple", "jean@exemple.fr"], odile_with(column, cell))

    assert odile.refusal.startswith(f"Ligne 3, colonne {HEADINGS[column]}\u00a0: ")
    assert words in odile.refusal


def test_a_hidden_row_is_neither_enrolled_nor_passed_over():
    def hide(book):
        book.active.row_dimensions[2].hidden = True

    [odile] = sheet(ODILE, prepare=hide)

    assert "masquée" in odile.refusal


def test_two_sheets_with_lists_are_refused_by_name():
    def copy(book):
        book.copy_worksheet(book.active).title = "Nord"

    with pytest.raises(UnreadableFile, match="«\u00a0Nord\u00a0»"):
        sheet(ODILE, prepare=copy)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("liste.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", r"\.xls\)"),
        ("liste.ods", "content.xml", "LibreOffice"),
        ("liste.numbers", "Index/Document.iwa", "Numbers"),
        ("liste.docx", "word/document.xml", "Word"),
        ("liste.pdf", b"%PDF-1.7", "PDF"),
        ("liste.xls", b"\xef\xbb\xbf\r\n<html><table>", "page web"),
    ],
)
def test_another_format_is_refused_with_what_to_do(name, content, words):
    if isinstance(content, str):
        packed = BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr(content, "")
        content = packed.getvalue()

    with pytest.raises(UnreadableFile, match=words) as refusal:
        read_lines(name, content)
    assert "enregistrez-le au format XLSX" in str(refusal.value)


def test_names_in_one_column_are_refused_with_what_to_do():
    with pytest.raises(UnreadableFile, match="faites-en deux colonnes"):
        sheet(["Odile Exemple", "odile@exemple.fr"], headings=["Nom et prénom", "E-mail"])


def test_names_in_capitals_stay_as_they_are():
    assert read_of(sheet(["ODILE", "D’EXEMPLE", *ODILE[2:]]))[0] == "ODILE D’EXEMPLE"


def test_our_own_model_keeps_zeros():
    book = load_workbook(BytesIO(xlsx("Membres", HEADINGS, [], is_filled_in_later=True)))

    assert {book.active.column_dimensions[letter].number_format for letter in "ABCDEF"} == {"@"}
