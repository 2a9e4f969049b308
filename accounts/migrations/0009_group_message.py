import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0008_words"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="lettercopy", name="letter_copy_once"),
        migrations.RenameModel(old_name="Letter", new_name="GroupMessage"),
        migrations.RenameModel(old_name="LetterCopy", new_name="GroupMessageCopy"),
        migrations.RenameField(
            model_name="groupmessagecopy", old_name="letter", new_name="message"
        ),
        migrations.AlterField(
            model_name="groupmessage",
            name="group",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="messages",
                to="accounts.group",
            ),
        ),
        migrations.AddConstraint(
            model_name="groupmessagecopy",
            constraint=models.UniqueConstraint(
                fields=["message", "membership"], name="group_message_copy_once"
            ),
        ),
    ]
