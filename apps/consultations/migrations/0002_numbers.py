"""The numbers of proposals come from a sequence; a proposal's question belongs to its consultation."""

from django.db import migrations

QUESTION_OF_CONSULTATION = """
ALTER TABLE consultations_question ADD CONSTRAINT question_of_consultation UNIQUE (id, consultation_id);
ALTER TABLE consultations_proposal ADD CONSTRAINT proposal_question_of_consultation
  FOREIGN KEY (question_id, consultation_id) REFERENCES consultations_question (id, consultation_id)
  DEFERRABLE INITIALLY DEFERRED;
"""


class Migration(migrations.Migration):
    dependencies = [("consultations", "0001_initial")]

    operations = [
        migrations.RunSQL("CREATE SEQUENCE proposal_code", "DROP SEQUENCE proposal_code"),
        migrations.RunSQL(
            QUESTION_OF_CONSULTATION,
            "ALTER TABLE consultations_proposal DROP CONSTRAINT proposal_question_of_consultation;"
            "ALTER TABLE consultations_question DROP CONSTRAINT question_of_consultation;",
        ),
    ]
