"""Models that turn texts into vectors: which one a key uses, and what they cost."""

from django.db import migrations, models


PRICES = {
    # US dollars per million tokens; staff keep them up to date.
    "text-embedding-3-large": "0.13",
    "text-embedding-3-small": "0.02",
    "text-embedding-ada-002": "0.1",
}


def add_prices(apps, schema_editor):
    model = apps.get_model("assistants", "ModelPrice")
    for name, price in PRICES.items():
        model.objects.get_or_create(name=name, defaults={"input_price": price, "output_price": "0"})


class Migration(migrations.Migration):

    dependencies = [
        ('assistants', '0011_failures_and_moods'),
    ]

    operations = [
        migrations.AddField(
            model_name='providerkey',
            name='embedding_model',
            field=models.CharField(blank=True, help_text="Finds passages by their meaning. Empty means the platform's choice.", max_length=120),
        ),
        migrations.RunPython(add_prices, migrations.RunPython.noop),
    ]
