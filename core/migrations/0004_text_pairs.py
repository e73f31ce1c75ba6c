from django.db import migrations

from core.pairs import PAIRS_FUNCTION


class Migration(migrations.Migration):
    dependencies = [("core", "0003_held_notifications")]

    operations = [migrations.RunSQL(PAIRS_FUNCTION, "DROP FUNCTION text_pairs(text)")]
