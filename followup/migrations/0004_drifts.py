import django.contrib.postgres.fields
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("followup", "0003_levels_of_signals"),
        ("roles", "0010_rights_over_signals"),
        ("serviceniveau", "0007_expected_shares"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DetectorSettings",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("q", models.FloatField(default=0.1, verbose_name="andel falske signaler, der accepteres")),
                (
                    "hazard",
                    models.FloatField(blank=True, null=True, verbose_name="chance for et skift pr. måned"),
                ),
                (
                    "least_n",
                    models.PositiveIntegerField(default=5, verbose_name="færrest afgørelser bag et signal"),
                ),
                (
                    "on_time_goal",
                    models.FloatField(blank=True, null=True, verbose_name="mål for andel inden fristen"),
                ),
                ("edition", models.PositiveIntegerField(default=1, verbose_name="udgave")),
            ],
            options={
                "verbose_name": "indstillinger for signaler",
                "verbose_name_plural": "indstillinger for signaler",
            },
        ),
        migrations.CreateModel(
            name="Drift",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "measure",
                    models.CharField(
                        choices=[
                            ("share_above", "Andel over rammen"),
                            ("share_below", "Andel under rammen"),
                            ("share_without_reason", "Andel afvigelser uden begrundelse"),
                            ("share_at_maximum", "Andel præcis på maksimum"),
                            ("share_deviating", "Andel uden for rammen"),
                            ("same_reason", "Andel afvigelser med samme grund"),
                            ("extent", "Bevilget omfang i forhold til rammen"),
                            ("unit_price", "Pris pr. enhed"),
                            ("cost", "Årlig udgift pr. bevilling"),
                            ("duration", "Bevillingens varighed"),
                            ("share_raised", "Andel opjusteringer"),
                            ("share_lowered", "Andel nedjusteringer"),
                            ("share_refused", "Andel afslag"),
                            ("decided_in_time", "Andel afgjort inden fristen"),
                            ("started_in_time", "Andel begyndt inden fristen"),
                            ("notice_given", "Andel med besked før fristen blev overskredet"),
                            ("follow_up_overdue", "Andel bevillinger med overskredet opfølgning"),
                            ("new_grants", "Nye bevillinger"),
                            ("ended_grants", "Ophørte bevillinger"),
                            ("need_level", "Vurderet støttebehov"),
                            ("appeals_changed", "Andel klager med medhold ved genvurdering"),
                        ],
                        max_length=24,
                        verbose_name="nøgletal",
                    ),
                ),
                (
                    "direction",
                    models.CharField(
                        choices=[("up", "op"), ("down", "ned")], max_length=4, verbose_name="retning"
                    ),
                ),
                ("opened_in", models.DateField(verbose_name="åbnet i måneden")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("aaben", "Åben"),
                            ("afsluttet", "Afsluttet"),
                            ("trukket", "Trukket tilbage"),
                        ],
                        default="aaben",
                        max_length=10,
                        verbose_name="tilstand",
                    ),
                ),
                ("closed_in", models.DateField(blank=True, null=True, verbose_name="afsluttet i måneden")),
            ],
            options={
                "verbose_name": "signalforløb",
                "verbose_name_plural": "signalforløb",
                "ordering": ["-opened_in", "unit__path", "pk"],
            },
        ),
        migrations.CreateModel(
            name="HistoricalDetectorSettings",
            fields=[
                (
                    "id",
                    models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID"),
                ),
                ("q", models.FloatField(default=0.1, verbose_name="andel falske signaler, der accepteres")),
                (
                    "hazard",
                    models.FloatField(blank=True, null=True, verbose_name="chance for et skift pr. måned"),
                ),
                (
                    "least_n",
                    models.PositiveIntegerField(default=5, verbose_name="færrest afgørelser bag et signal"),
                ),
                (
                    "on_time_goal",
                    models.FloatField(blank=True, null=True, verbose_name="mål for andel inden fristen"),
                ),
                ("edition", models.PositiveIntegerField(default=1, verbose_name="udgave")),
                ("history_change_reason", models.TextField(null=True)),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                (
                    "history_type",
                    models.CharField(
                        choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
                    ),
                ),
            ],
            options={
                "verbose_name": "historical indstillinger for signaler",
                "verbose_name_plural": "historical indstillinger for signaler",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="SignalNote",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("forklaret", "Forklaring"),
                            ("accepteret", "Accepteret indtil"),
                            ("handling", "Handling"),
                            ("handling_udfoert", "Handling udført"),
                            ("bemaerkning", "Bemærkning"),
                        ],
                        max_length=20,
                        verbose_name="art",
                    ),
                ),
                (
                    "cause",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("sagssammensaetning", "Andre sager end før"),
                            ("praksis", "Ændret praksis i enheden"),
                            ("standard", "Standarden passer ikke til sagerne"),
                            ("lov", "Lov, Ankestyrelsen eller domstol"),
                            ("enkeltstaaende", "En enkelt begivenhed"),
                            ("data", "Fejl eller mangler i registreringen"),
                            ("tilfaeldighed", "Tilfældig variation"),
                            ("andet", "Andet"),
                        ],
                        max_length=20,
                        verbose_name="årsag",
                    ),
                ),
                ("text", models.TextField(max_length=2000, verbose_name="tekst")),
                ("accepted_until", models.DateField(blank=True, null=True, verbose_name="til og med")),
                (
                    "accepted_level",
                    models.FloatField(blank=True, null=True, verbose_name="accepteret niveau"),
                ),
                ("due_on", models.DateField(blank=True, null=True, verbose_name="frist")),
                ("month", models.DateField(verbose_name="seneste måned, da noten blev skrevet")),
                ("at", models.DateTimeField(auto_now_add=True, verbose_name="skrevet")),
            ],
            options={
                "verbose_name": "note til signal",
                "verbose_name_plural": "noter til signaler",
                "ordering": ["at", "pk"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="driftsignal",
            name="signal_once",
        ),
        migrations.RemoveConstraint(
            model_name="driftsignal",
            name="signal_counts_agree",
        ),
        migrations.AddField(
            model_name="driftsignal",
            name="also",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("share_above", "Andel over rammen"),
                        ("share_below", "Andel under rammen"),
                        ("share_without_reason", "Andel afvigelser uden begrundelse"),
                        ("share_at_maximum", "Andel præcis på maksimum"),
                        ("share_deviating", "Andel uden for rammen"),
                        ("same_reason", "Andel afvigelser med samme grund"),
                        ("extent", "Bevilget omfang i forhold til rammen"),
                        ("unit_price", "Pris pr. enhed"),
                        ("cost", "Årlig udgift pr. bevilling"),
                        ("duration", "Bevillingens varighed"),
                        ("share_raised", "Andel opjusteringer"),
                        ("share_lowered", "Andel nedjusteringer"),
                        ("share_refused", "Andel afslag"),
                        ("decided_in_time", "Andel afgjort inden fristen"),
                        ("started_in_time", "Andel begyndt inden fristen"),
                        ("notice_given", "Andel med besked før fristen blev overskredet"),
                        ("follow_up_overdue", "Andel bevillinger med overskredet opfølgning"),
                        ("new_grants", "Nye bevillinger"),
                        ("ended_grants", "Ophørte bevillinger"),
                        ("need_level", "Vurderet støttebehov"),
                        ("appeals_changed", "Andel klager med medhold ved genvurdering"),
                    ],
                    max_length=24,
                ),
                blank=True,
                default=list,
                size=None,
                verbose_name="ses også i",
            ),
        ),
        migrations.AddField(
            model_name="driftsignal",
            name="change",
            field=models.CharField(
                choices=[
                    ("aabnet", "Nyt"),
                    ("forstaerket", "Tydeligere"),
                    ("uaendret", "Uændret"),
                    ("svaekket", "Aftager"),
                    ("lukket", "Afsluttet"),
                    ("trukket", "Trukket tilbage"),
                ],
                default="aabnet",
                max_length=12,
                verbose_name="udvikling",
            ),
        ),
        migrations.AddField(
            model_name="driftsignal",
            name="folded_units",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(),
                blank=True,
                default=list,
                size=None,
                verbose_name="samler signaler fra",
            ),
        ),
        migrations.AddField(
            model_name="driftsignal",
            name="since_first",
            field=models.DateField(null=True, verbose_name="tidligst siden"),
        ),
        migrations.AddField(
            model_name="driftsignal",
            name="since_last",
            field=models.DateField(null=True, verbose_name="senest siden"),
        ),
        migrations.AddField(
            model_name="monthlyfact",
            name="at_max_n",
            field=models.PositiveIntegerField(db_default=0, verbose_name="præcis på maksimum"),
        ),
        migrations.AddField(
            model_name="monthlyfact",
            name="cost_log_n",
            field=models.PositiveIntegerField(db_default=0, verbose_name="med udgift over 0"),
        ),
        migrations.AddField(
            model_name="monthlyfact",
            name="cost_log_squares",
            field=models.DecimalField(
                db_default=0, decimal_places=6, max_digits=20, verbose_name="log(årlig udgift), kvadratsum"
            ),
        ),
        migrations.AddField(
            model_name="monthlyfact",
            name="cost_log_sum",
            field=models.DecimalField(
                db_default=0, decimal_places=6, max_digits=20, verbose_name="log(årlig udgift) i alt"
            ),
        ),
        migrations.AddField(
            model_name="monthlyfact",
            name="extent_log_squares",
            field=models.DecimalField(
                db_default=0, decimal_places=6, max_digits=20, verbose_name="log(omfang/typisk), kvadratsum"
            ),
        ),
        migrations.AddField(
            model_name="monthlyfact",
            name="extent_log_sum",
            field=models.DecimalField(
                db_default=0, decimal_places=6, max_digits=20, verbose_name="log(omfang/typisk) i alt"
            ),
        ),
        migrations.AddField(
            model_name="monthlyfact",
            name="extent_n",
            field=models.PositiveIntegerField(db_default=0, verbose_name="med omfang og typisk niveau"),
        ),
        migrations.AddField(
            model_name="monthlyfact",
            name="late_n",
            field=models.PositiveIntegerField(db_default=0, verbose_name="efter fristen"),
        ),
        migrations.AddField(
            model_name="monthlyfact",
            name="max_n",
            field=models.PositiveIntegerField(db_default=0, verbose_name="bedømt med et maksimum"),
        ),
        migrations.AddField(
            model_name="monthlyfact",
            name="notice_n",
            field=models.PositiveIntegerField(
                db_default=0, verbose_name="efter fristen, med besked før fristen"
            ),
        ),
        migrations.AddField(
            model_name="monthlyfact",
            name="price_log_squares",
            field=models.DecimalField(
                db_default=0, decimal_places=6, max_digits=20, verbose_name="log(pris), kvadratsum"
            ),
        ),
        migrations.AddField(
            model_name="monthlyfact",
            name="price_log_sum",
            field=models.DecimalField(
                db_default=0, decimal_places=6, max_digits=20, verbose_name="log(pris) i alt"
            ),
        ),
        migrations.AddField(
            model_name="monthlyfact",
            name="price_n",
            field=models.PositiveIntegerField(db_default=0, verbose_name="med pris pr. enhed"),
        ),
        migrations.AddField(
            model_name="monthlyfact",
            name="span_log_squares",
            field=models.DecimalField(
                db_default=0, decimal_places=6, max_digits=20, verbose_name="log(dage), kvadratsum"
            ),
        ),
        migrations.AddField(
            model_name="monthlyfact",
            name="span_log_sum",
            field=models.DecimalField(
                db_default=0, decimal_places=6, max_digits=20, verbose_name="log(dage) i alt"
            ),
        ),
        migrations.AddField(
            model_name="monthlyfact",
            name="span_n",
            field=models.PositiveIntegerField(db_default=0, verbose_name="med varighed"),
        ),
        migrations.AddField(
            model_name="monthlyfact",
            name="start_n",
            field=models.PositiveIntegerField(db_default=0, verbose_name="med frist for opstart"),
        ),
        migrations.AddField(
            model_name="monthlyfact",
            name="start_on_time_n",
            field=models.PositiveIntegerField(db_default=0, verbose_name="begyndt inden for fristen"),
        ),
        migrations.AddField(
            model_name="monthlystock",
            name="follow_ups",
            field=models.PositiveIntegerField(db_default=0, verbose_name="bevillinger med aftalt opfølgning"),
        ),
        migrations.AddField(
            model_name="monthlystock",
            name="follow_ups_overdue",
            field=models.PositiveIntegerField(db_default=0, verbose_name="opfølgning overskredet"),
        ),
        migrations.AlterField(
            model_name="driftsignal",
            name="high",
            field=models.FloatField(verbose_name="niveau, øvre grænse"),
        ),
        migrations.AlterField(
            model_name="driftsignal",
            name="low",
            field=models.FloatField(verbose_name="niveau, nedre grænse"),
        ),
        migrations.AlterField(
            model_name="driftsignal",
            name="measure",
            field=models.CharField(
                choices=[
                    ("share_above", "Andel over rammen"),
                    ("share_below", "Andel under rammen"),
                    ("share_without_reason", "Andel afvigelser uden begrundelse"),
                    ("share_at_maximum", "Andel præcis på maksimum"),
                    ("share_deviating", "Andel uden for rammen"),
                    ("same_reason", "Andel afvigelser med samme grund"),
                    ("extent", "Bevilget omfang i forhold til rammen"),
                    ("unit_price", "Pris pr. enhed"),
                    ("cost", "Årlig udgift pr. bevilling"),
                    ("duration", "Bevillingens varighed"),
                    ("share_raised", "Andel opjusteringer"),
                    ("share_lowered", "Andel nedjusteringer"),
                    ("share_refused", "Andel afslag"),
                    ("decided_in_time", "Andel afgjort inden fristen"),
                    ("started_in_time", "Andel begyndt inden fristen"),
                    ("notice_given", "Andel med besked før fristen blev overskredet"),
                    ("follow_up_overdue", "Andel bevillinger med overskredet opfølgning"),
                    ("new_grants", "Nye bevillinger"),
                    ("ended_grants", "Ophørte bevillinger"),
                    ("need_level", "Vurderet støttebehov"),
                    ("appeals_changed", "Andel klager med medhold ved genvurdering"),
                ],
                max_length=24,
                verbose_name="nøgletal",
            ),
        ),
        migrations.AlterField(
            model_name="driftsignal",
            name="observed",
            field=models.FloatField(verbose_name="observeret"),
        ),
        migrations.AlterField(
            model_name="driftsignal",
            name="standard",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="signals",
                to="serviceniveau.qualitystandard",
                verbose_name="kvalitetsstandard",
            ),
        ),
        migrations.AddConstraint(
            model_name="detectorsettings",
            constraint=models.CheckConstraint(
                condition=models.Q(("id", 1)), name="one_row_of_detector_settings"
            ),
        ),
        migrations.AddConstraint(
            model_name="detectorsettings",
            constraint=models.CheckConstraint(
                condition=models.Q(("q__gte", 0.01), ("q__lte", 0.5)), name="detector_q_is_a_share"
            ),
        ),
        migrations.AddConstraint(
            model_name="detectorsettings",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("hazard__isnull", True),
                    models.Q(("hazard__gte", 0.0001), ("hazard__lte", 0.1)),
                    _connector="OR",
                ),
                name="detector_hazard_is_a_chance",
            ),
        ),
        migrations.AddConstraint(
            model_name="detectorsettings",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("on_time_goal__isnull", True),
                    models.Q(("on_time_goal__gt", 0), ("on_time_goal__lt", 1)),
                    _connector="OR",
                ),
                name="detector_goal_is_a_share",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="detectorsettings",
            trigger=pgtrigger.compiler.Trigger(
                name="history_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='\n            INSERT INTO "followup_historicaldetectorsettings"\n                ("id", "q", "hazard", "least_n", "on_time_goal", "edition", history_date, history_change_reason, history_type, history_user_id)\n            SELECT changed."id", changed."q", changed."hazard", changed."least_n", changed."on_time_goal", changed."edition", clock_timestamp(), nullif(current_setting(\'app.reason\', true), \'\'),\n                \'+\', nullif(current_setting(\'app.user\', true), \'\')::bigint\n            FROM changed;\n            RETURN NULL;\n        ',
                    hash="f19099114f6df6e20bcdc8465ce06fee37b74934",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_history_insert_df7d4",
                    referencing="REFERENCING NEW TABLE AS changed ",
                    table="followup_detectorsettings",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="detectorsettings",
            trigger=pgtrigger.compiler.Trigger(
                name="history_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='\n            INSERT INTO "followup_historicaldetectorsettings"\n                ("id", "q", "hazard", "least_n", "on_time_goal", "edition", history_date, history_change_reason, history_type, history_user_id)\n            SELECT changed."id", changed."q", changed."hazard", changed."least_n", changed."on_time_goal", changed."edition", clock_timestamp(), nullif(current_setting(\'app.reason\', true), \'\'),\n                \'~\', nullif(current_setting(\'app.user\', true), \'\')::bigint\n            FROM changed;\n            RETURN NULL;\n        ',
                    hash="f5f0fb66a61c6301ff3b4e0f851c63837c4e37fb",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_history_update_3ed9a",
                    referencing="REFERENCING NEW TABLE AS changed ",
                    table="followup_detectorsettings",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="detectorsettings",
            trigger=pgtrigger.compiler.Trigger(
                name="history_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='\n            INSERT INTO "followup_historicaldetectorsettings"\n                ("id", "q", "hazard", "least_n", "on_time_goal", "edition", history_date, history_change_reason, history_type, history_user_id)\n            SELECT changed."id", changed."q", changed."hazard", changed."least_n", changed."on_time_goal", changed."edition", clock_timestamp(), nullif(current_setting(\'app.reason\', true), \'\'),\n                \'-\', nullif(current_setting(\'app.user\', true), \'\')::bigint\n            FROM changed;\n            RETURN NULL;\n        ',
                    hash="f9e70331528b1c9c770eec8bc1471889b125e6b5",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_history_delete_6a052",
                    referencing="REFERENCING OLD TABLE AS changed ",
                    table="followup_detectorsettings",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddField(
            model_name="drift",
            name="intervention",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="drifts",
                to="serviceniveau.intervention",
                verbose_name="ydelse",
            ),
        ),
        migrations.AddField(
            model_name="drift",
            name="standard",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="drifts",
                to="serviceniveau.qualitystandard",
                verbose_name="kvalitetsstandard",
            ),
        ),
        migrations.AddField(
            model_name="drift",
            name="unit",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="drifts",
                to="roles.unit",
                verbose_name="enhed",
            ),
        ),
        migrations.AddField(
            model_name="driftsignal",
            name="drift",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="signals",
                to="followup.drift",
                verbose_name="signalforløb",
            ),
        ),
        migrations.AddConstraint(
            model_name="driftsignal",
            constraint=models.UniqueConstraint(
                fields=("month", "revision", "measure", "unit", "standard", "intervention"),
                name="signal_once",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="driftsignal",
            constraint=models.CheckConstraint(
                condition=models.Q(("low__lte", models.F("high"))), name="signal_interval_in_order"
            ),
        ),
        migrations.AddField(
            model_name="historicaldetectorsettings",
            name="history_user",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="signalnote",
            name="answers",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="answered_by",
                to="followup.signalnote",
                verbose_name="svarer på",
            ),
        ),
        migrations.AddField(
            model_name="signalnote",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="signal_notes",
                to=settings.AUTH_USER_MODEL,
                verbose_name="skrevet af",
            ),
        ),
        migrations.AddField(
            model_name="signalnote",
            name="drift",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="notes",
                to="followup.drift",
                verbose_name="signalforløb",
            ),
        ),
        migrations.AddField(
            model_name="signalnote",
            name="owner",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="signal_actions",
                to=settings.AUTH_USER_MODEL,
                verbose_name="ansvarlig",
            ),
        ),
        migrations.AddConstraint(
            model_name="drift",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "aaben")),
                fields=("measure", "unit", "standard", "intervention"),
                name="one_open_drift",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="drift",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_in__isnull", True), ("state", "aaben")),
                    models.Q(
                        models.Q(("state", "aaben"), _negated=True), ("closed_in__gte", models.F("opened_in"))
                    ),
                    _connector="OR",
                ),
                name="drift_open_until_closed",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="historicaldetectorsettings",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="5d3b38955e8ea799060ec910cfd3ec3eb45a0558",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_005ae",
                    table="followup_historicaldetectorsettings",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="historicaldetectorsettings",
            trigger=pgtrigger.compiler.Trigger(
                name="no_truncate",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'rows are only added here' USING ERRCODE = 'restrict_violation';",
                    hash="e3f447622af86e01dca5447981c69fe56f1e4187",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_no_truncate_d7382",
                    table="followup_historicaldetectorsettings",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="signalnote",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind", "bemaerkning"),
                    models.Q(("kind", "forklaret"), models.Q(("cause", ""), _negated=True)),
                    models.Q(
                        ("accepted_level__isnull", False),
                        ("accepted_until__isnull", False),
                        ("kind", "accepteret"),
                    ),
                    models.Q(("due_on__isnull", False), ("kind", "handling"), ("owner__isnull", False)),
                    models.Q(("answers__isnull", False), ("kind", "handling_udfoert")),
                    _connector="OR",
                ),
                name="note_has_what_its_kind_needs",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="signalnote",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="edd73f602311e7439e46cb23949c4c4e75e41dbc",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_cab86",
                    table="followup_signalnote",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="signalnote",
            trigger=pgtrigger.compiler.Trigger(
                name="no_truncate",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'rows are only added here' USING ERRCODE = 'restrict_violation';",
                    hash="8ed86c4f65f6799abd88733da60df66a5adef35d",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_no_truncate_5cc37",
                    table="followup_signalnote",
                    when="BEFORE",
                ),
            ),
        ),
    ]
