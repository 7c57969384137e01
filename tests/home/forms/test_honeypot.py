import re

import pytest
from django.template.loader import render_to_string

from home.forms import fields, honeypot


class Form(honeypot.TrapMixin):
    name = fields.PlainTextField(label="Nom")


def shown(form: honeypot.TrapMixin) -> str:
    return render_to_string("components/form_trap.html", {"form": form})


def test_an_empty_trap_asks_for_nothing() -> None:
    form = Form({"name": "Élise", "sujet_libre": ""})

    assert form.is_valid()
    assert "pas_un_robot" not in shown(form)


def test_a_filled_trap_asks_to_tick_a_box_and_keeps_what_was_typed() -> None:
    data = {"name": "Élise", "sujet_libre": "x"}
    asked, ticked = Form(data), Form({**data, "pas_un_robot": "on"})

    assert asked.errors == {"pas_un_robot": [honeypot.FILLED]}
    assert re.findall(r'name="(\w+)"', shown(asked)) == ["sujet_libre", "pas_un_robot"]
    assert 'value="x"' in shown(asked)
    assert asked["name"].value() == "Élise"
    assert ticked.is_valid()


@pytest.mark.parametrize("ticked", [{}, {"pas_un_robot": "on"}])
def test_a_filled_trap_hides_no_error(ticked: dict[str, str]) -> None:
    form = Form({"name": "", "sujet_libre": "x", **ticked})

    assert "name" in form.errors
    assert "pas_un_robot" in shown(form)
    assert ("checked" in shown(form)) is bool(ticked)


def test_the_trap_cannot_be_reached_by_keyboard_read_aloud_or_filled_in_by_a_browser() -> None:
    """registration 23."""
    html = shown(Form())
    [trap] = re.findall(r"<input[^>]*>", html)

    assert html.index("<div hidden>") < html.index(trap) < html.index("</div>")
    assert 'tabindex="-1" autocomplete="off"' in trap
    assert not re.search("name=.[^ ]*(mail|nom|name|tel|url|site|adr|addr|org|societe|ville)", trap)
