from django.db import migrations, models

import peerloop.kit.triggers


class Migration(migrations.Migration):
    dependencies = [("billing", "0003_checkout_attempt")]

    operations = [
        migrations.RemoveConstraint(model_name="payout", name="payout_transitions"),
        migrations.AddField(
            model_name="transferreversal",
            name="attempt",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddConstraint(
            model_name="payout",
            constraint=peerloop.kit.triggers.Trigger(
                name="payout_transitions",
                on="BEFORE UPDATE",
                condition=(
                    "OLD.status <> NEW.status AND (OLD.status, NEW.status) NOT IN "
                    "(('failed', 'pending'), ('pending', 'cancelled'), ('pending', 'processing'), "
                    "('processing', 'failed'), ('processing', 'paid'), ('processing', 'pending'))"
                ),
                body=(
                    "RAISE EXCEPTION 'a payout does not go from % to %', OLD.status, NEW.status\n"
                    "    USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;"
                ),
            ),
        ),
    ]
