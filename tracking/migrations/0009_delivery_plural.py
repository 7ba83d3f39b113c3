from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("tracking", "0008_endpoint_probes")]

    operations = [
        migrations.AlterModelOptions(name="delivery", options={"verbose_name_plural": "deliveries"}),
    ]
