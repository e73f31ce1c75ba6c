import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('incidents', '0011_rules_get_a_version'),
    ]

    operations = [
        migrations.AlterField(
            model_name='raisingcondition',
            name='rule_set',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='conditions', to='incidents.ruleset', verbose_name='version'),
        ),
        migrations.AlterField(
            model_name='routingrule',
            name='rule_set',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rules', to='incidents.ruleset', verbose_name='version'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='raisingcondition',
            trigger=pgtrigger.compiler.Trigger(name='raising_condition_draft_guard', sql=pgtrigger.compiler.UpsertTriggerSql(func="IF TG_OP <> 'INSERT' AND (SELECT status FROM incidents_ruleset WHERE id = OLD.rule_set_id FOR SHARE) <> 'draft' THEN RAISE EXCEPTION 'the rules of a version in force never change' USING ERRCODE = 'check_violation', CONSTRAINT = 'rule_draft_guard'; END IF; IF TG_OP <> 'DELETE' AND (SELECT status FROM incidents_ruleset WHERE id = NEW.rule_set_id FOR SHARE) <> 'draft' THEN RAISE EXCEPTION 'the rules of a version in force never change' USING ERRCODE = 'check_violation', CONSTRAINT = 'rule_draft_guard'; END IF; IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW;", hash='8c94ab49fd901b3c6a818a4ef4500af2c49630a9', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_raising_condition_draft_guard_6d6b1', table='incidents_raisingcondition', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='routingrule',
            trigger=pgtrigger.compiler.Trigger(name='routing_rule_draft_guard', sql=pgtrigger.compiler.UpsertTriggerSql(func="IF TG_OP <> 'INSERT' AND (SELECT status FROM incidents_ruleset WHERE id = OLD.rule_set_id FOR SHARE) <> 'draft' THEN RAISE EXCEPTION 'the rules of a version in force never change' USING ERRCODE = 'check_violation', CONSTRAINT = 'rule_draft_guard'; END IF; IF TG_OP <> 'DELETE' AND (SELECT status FROM incidents_ruleset WHERE id = NEW.rule_set_id FOR SHARE) <> 'draft' THEN RAISE EXCEPTION 'the rules of a version in force never change' USING ERRCODE = 'check_violation', CONSTRAINT = 'rule_draft_guard'; END IF; IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW;", hash='0b0032ab9aa11a447f1e5c6dc5cba014a4708669', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_routing_rule_draft_guard_f41df', table='incidents_routingrule', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='raisingcondition',
            constraint=models.UniqueConstraint(fields=('rule_set', 'code'), name='raising_condition_code_once', violation_error_message='This code is taken by another row of the same version.'),
        ),
        migrations.AddConstraint(
            model_name='routingrule',
            constraint=models.UniqueConstraint(fields=('rule_set', 'code'), name='routing_rule_code_once', violation_error_message='This code is taken by another row of the same version.'),
        ),
    ]
