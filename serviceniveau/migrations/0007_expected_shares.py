import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("serviceniveau", "0006_read_samples"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="standardversion",
            name="history_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="standardversion",
            name="history_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="standardversion",
            name="history_delete",
        ),
        migrations.AddField(
            model_name="historicalstandardversion",
            name="expected_above",
            field=models.DecimalField(
                blank=True,
                decimal_places=3,
                max_digits=4,
                null=True,
                verbose_name="forventet andel over rammen",
            ),
        ),
        migrations.AddField(
            model_name="historicalstandardversion",
            name="expected_below",
            field=models.DecimalField(
                blank=True,
                decimal_places=3,
                max_digits=4,
                null=True,
                verbose_name="forventet andel under rammen",
            ),
        ),
        migrations.AddField(
            model_name="standardversion",
            name="expected_above",
            field=models.DecimalField(
                blank=True,
                decimal_places=3,
                max_digits=4,
                null=True,
                verbose_name="forventet andel over rammen",
            ),
        ),
        migrations.AddField(
            model_name="standardversion",
            name="expected_below",
            field=models.DecimalField(
                blank=True,
                decimal_places=3,
                max_digits=4,
                null=True,
                verbose_name="forventet andel under rammen",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="standardversion",
            trigger=pgtrigger.compiler.Trigger(
                name="history_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='\n            INSERT INTO "serviceniveau_historicalstandardversion"\n                ("id", "standard_id", "number", "valid", "citizen_text", "purpose", "target_group_text", "included", "not_included", "dispensation", "decision_deadline", "decision_deadline_unit", "start_deadline", "start_deadline_unit", "expected_above", "expected_below", "follow_up", "own_payment", "supplier_text", history_date, history_change_reason, history_type, history_user_id)\n            SELECT changed."id", changed."standard_id", changed."number", changed."valid", changed."citizen_text", changed."purpose", changed."target_group_text", changed."included", changed."not_included", changed."dispensation", changed."decision_deadline", changed."decision_deadline_unit", changed."start_deadline", changed."start_deadline_unit", changed."expected_above", changed."expected_below", changed."follow_up", changed."own_payment", changed."supplier_text", clock_timestamp(), nullif(current_setting(\'app.reason\', true), \'\'),\n                \'+\', nullif(current_setting(\'app.user\', true), \'\')::bigint\n            FROM changed;\n            RETURN NULL;\n        ',
                    hash="8d3ee1af65bb3f3de5d0dc725d3228974787a1b6",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_history_insert_c45e8",
                    referencing="REFERENCING NEW TABLE AS changed ",
                    table="serviceniveau_standardversion",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="standardversion",
            trigger=pgtrigger.compiler.Trigger(
                name="history_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='\n            INSERT INTO "serviceniveau_historicalstandardversion"\n                ("id", "standard_id", "number", "valid", "citizen_text", "purpose", "target_group_text", "included", "not_included", "dispensation", "decision_deadline", "decision_deadline_unit", "start_deadline", "start_deadline_unit", "expected_above", "expected_below", "follow_up", "own_payment", "supplier_text", history_date, history_change_reason, history_type, history_user_id)\n            SELECT changed."id", changed."standard_id", changed."number", changed."valid", changed."citizen_text", changed."purpose", changed."target_group_text", changed."included", changed."not_included", changed."dispensation", changed."decision_deadline", changed."decision_deadline_unit", changed."start_deadline", changed."start_deadline_unit", changed."expected_above", changed."expected_below", changed."follow_up", changed."own_payment", changed."supplier_text", clock_timestamp(), nullif(current_setting(\'app.reason\', true), \'\'),\n                \'~\', nullif(current_setting(\'app.user\', true), \'\')::bigint\n            FROM changed;\n            RETURN NULL;\n        ',
                    hash="91a4c18d19d0fe0e266cde058bdaaa752c7e0be4",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_history_update_fe490",
                    referencing="REFERENCING NEW TABLE AS changed ",
                    table="serviceniveau_standardversion",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="standardversion",
            trigger=pgtrigger.compiler.Trigger(
                name="history_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='\n            INSERT INTO "serviceniveau_historicalstandardversion"\n                ("id", "standard_id", "number", "valid", "citizen_text", "purpose", "target_group_text", "included", "not_included", "dispensation", "decision_deadline", "decision_deadline_unit", "start_deadline", "start_deadline_unit", "expected_above", "expected_below", "follow_up", "own_payment", "supplier_text", history_date, history_change_reason, history_type, history_user_id)\n            SELECT changed."id", changed."standard_id", changed."number", changed."valid", changed."citizen_text", changed."purpose", changed."target_group_text", changed."included", changed."not_included", changed."dispensation", changed."decision_deadline", changed."decision_deadline_unit", changed."start_deadline", changed."start_deadline_unit", changed."expected_above", changed."expected_below", changed."follow_up", changed."own_payment", changed."supplier_text", clock_timestamp(), nullif(current_setting(\'app.reason\', true), \'\'),\n                \'-\', nullif(current_setting(\'app.user\', true), \'\')::bigint\n            FROM changed;\n            RETURN NULL;\n        ',
                    hash="032bc7438185b1f0ed4b3ed49cbb22c037820531",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_history_delete_f7edd",
                    referencing="REFERENCING OLD TABLE AS changed ",
                    table="serviceniveau_standardversion",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="standardversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("expected_above__isnull", True),
                        models.Q(("expected_above__gt", 0), ("expected_above__lt", 1)),
                        _connector="OR",
                    ),
                    models.Q(
                        ("expected_below__isnull", True),
                        models.Q(("expected_below__gt", 0), ("expected_below__lt", 1)),
                        _connector="OR",
                    ),
                ),
                name="version_expected_shares",
            ),
        ),
    ]
