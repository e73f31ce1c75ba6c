"""Put the rules that are there into a first version in force; what they judged before names no version."""

from django.db import migrations

from core import clock


def put_into_first_version(apps, schema_editor):
    tables = [apps.get_model('incidents', name) for name in ('RoutingRule', 'RaisingCondition')]
    if not any(table.objects.exists() for table in tables):
        return
    now = clock.now()
    first = apps.get_model('incidents', 'RuleSet').objects.create(
        number=1, name='启用版本管理前的规则', status='active', created_at=now, edited_at=now, valid_from=now
    )
    for table in tables:
        table.objects.update(rule_set=first)


class Migration(migrations.Migration):

    dependencies = [
        ('incidents', '0010_rule_versions'),
    ]

    operations = [
        migrations.RunPython(put_into_first_version, migrations.RunPython.noop),
    ]
