"""A block keeps what it said before; a sheet from a document takes ties after 公表; links stand at the last edition."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

BLOCKS = [
    ("yearly", "年度別計画"),
    ("plan_first", "前期【取組計画】（ＰＬＡＮ）"),
    ("do_first", "前期【取組実績及び取組による成果・効果】（ＤＯ・ＣＨＥＣＫ）"),
    ("direction", "【後期における取組の方向】（ＡＣＴＩＯＮ）"),
    ("plan_second", "後期【取組計画】（ＰＬＡＮ）"),
    ("do_second", "後期【取組実績及び取組による成果・効果】（ＤＯ・ＣＨＥＣＫ）"),
    ("summary", "【今年度の総括，次年度以降の取組の方向】（ＣＨＥＣＫ・ＡＣＴＩＯＮ）"),
    ("footnote", "注（※）"),
]

# A paper has no ties between promises and results: for a sheet that was written down from one they are made afterwards.
TIES = """
CREATE FUNCTION plans_refuse_published_tie() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE found record;
BEGIN
  FOR found IN
    SELECT state, source FROM plans_plansheet
    WHERE id = CASE TG_OP WHEN 'INSERT' THEN NEW.sheet_id ELSE OLD.sheet_id END
       OR id = CASE TG_OP WHEN 'DELETE' THEN OLD.sheet_id ELSE NEW.sheet_id END
    FOR SHARE
  LOOP
    IF found.state = 'published' AND found.source = '' THEN
      RAISE EXCEPTION 'the ties of a published plan sheet are never changed' USING ERRCODE = 'restrict_violation';
    END IF;
  END LOOP;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
DROP TRIGGER lineanswer_frozen ON plans_lineanswer;
CREATE TRIGGER lineanswer_frozen BEFORE INSERT OR UPDATE OR DELETE ON plans_lineanswer
  FOR EACH ROW EXECUTE FUNCTION plans_refuse_published_tie();
"""
NO_TIES = """
DROP TRIGGER lineanswer_frozen ON plans_lineanswer;
CREATE TRIGGER lineanswer_frozen BEFORE INSERT OR UPDATE OR DELETE ON plans_lineanswer
  FOR EACH ROW EXECUTE FUNCTION plans_refuse_published_part();
DROP FUNCTION plans_refuse_published_tie();
"""

# Links that were left at an edition which a later one corrects: to the last published edition, and to its line of the
# same words in the same block, else to the sheet as a whole. A link that is there already is not made twice.
LAST_EDITION = """
WITH last AS (
    SELECT DISTINCT ON (plan_id, year) id, plan_id, year, edition FROM plans_plansheet
    WHERE state = 'published' ORDER BY plan_id, year, edition DESC
), left_behind AS (
    SELECT link.*, last.id AS last_id,
        (SELECT now.id FROM plans_sheetline old JOIN plans_sheetline now
            ON now.sheet_id = last.id AND now.block = old.block AND now.text = old.text
         WHERE old.id = link.line_id ORDER BY now."order" LIMIT 1) AS new_line_id
    FROM plans_sheetlink link
    JOIN plans_plansheet sheet ON sheet.id = link.sheet_id AND sheet.state = 'published'
    JOIN last ON last.plan_id = sheet.plan_id AND last.year = sheet.year AND last.edition > sheet.edition
), moved AS (
    INSERT INTO plans_sheetlink
        (sheet_id, line_id, proposal_id, topic_id, consultation_id, project_id, indicator_id, made_by_id, made_at)
    SELECT last_id, new_line_id, proposal_id, topic_id, consultation_id, project_id, indicator_id, made_by_id, made_at
    FROM left_behind ON CONFLICT DO NOTHING
)
DELETE FROM plans_sheetlink WHERE id IN (SELECT id FROM left_behind)
"""


class Migration(migrations.Migration):
    dependencies = [
        ("plans", "0011_a_mark_has_its_meaning"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="BlockWording",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("block", models.CharField(choices=BLOCKS, max_length=12, verbose_name="欄")),
                ("text", models.TextField(verbose_name="前の文")),
                ("written_at", models.DateTimeField(verbose_name="記入日時")),
                (
                    "sheet",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="wordings", to="plans.plansheet"
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="記入者",
                    ),
                ),
            ],
            options={
                "verbose_name": "欄の前の文",
                "verbose_name_plural": "欄の前の文",
                "ordering": ["sheet", "-pk"],
                "constraints": [
                    models.CheckConstraint(condition=~models.Q(text=""), name="block_wording_text"),
                    models.CheckConstraint(
                        condition=models.Q(block__in=[key for key, _label in BLOCKS]),
                        name="block_wording_block_known",
                    ),
                ],
            },
        ),
        migrations.RunSQL(TIES, NO_TIES),
        migrations.RunSQL(LAST_EDITION, migrations.RunSQL.noop),
    ]
