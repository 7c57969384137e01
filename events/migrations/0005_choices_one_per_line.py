"""A choice is a line: choices that were separated by commas on one line get a line each, in drafts too."""

from django.db import migrations


def one_per_line(choices):
    if "\n" in choices or "\r" in choices:
        return choices
    return "\n".join(part.strip() for part in choices.split(",") if part.strip())


def separate(apps, schema_editor):
    for question in apps.get_model("events", "Question").objects.filter(choices__contains=","):
        question.choices = one_per_line(question.choices)
        question.save(update_fields=["choices"])
    drafts = apps.get_model("wagtailcore", "Revision").objects.filter(
        content_type__app_label="events", content_type__model="eventpage"
    )
    for draft in drafts.iterator(chunk_size=100):
        questions = draft.content.get("questions", [])
        changed = [q for q in questions if q.get("choices") and q["choices"] != one_per_line(q["choices"])]
        for question in changed:
            question["choices"] = one_per_line(question["choices"])
        if changed:
            draft.save(update_fields=["content"])


class Migration(migrations.Migration):

    dependencies = [
        ("events", "0004_question_choices"),
        ("wagtailcore", "0097_baselogentry_uuid_action_timestamp_indexes"),
    ]

    operations = [migrations.RunPython(separate, migrations.RunPython.noop)]
