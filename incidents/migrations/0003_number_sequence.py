from django.db import migrations


class Migration(migrations.Migration):
    """Incident numbers come from a sequence, so that two filings never wait for each other."""

    dependencies = [("incidents", "0002_initial")]

    operations = [
        migrations.RunSQL(
            "CREATE SEQUENCE incident_number_seq", reverse_sql="DROP SEQUENCE incident_number_seq"
        )
    ]
