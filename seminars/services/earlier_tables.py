"""Load a backup's rows into the tables of the release that made it, which are then migrated."""

from collections.abc import Collection
from io import StringIO

from django.apps import apps
from django.apps.registry import Apps
from django.contrib.auth.management import create_permissions
from django.core.management import call_command
from django.core.management.sql import emit_pre_migrate_signal
from django.core.serializers import jsonl
from django.db import connection, models
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

# The fields of natural keys that the models of migrations do not know.
_NATURAL_KEYS = {
    ("accounts", "user"): ("email",),
    ("auth", "permission"): ("codename", "content_type__app_label", "content_type__model"),
}


class UnknownMigrationsError(ValueError):
    """This release does not have some of the migrations."""


class NaturalKeyManager(models.Manager[models.Model]):
    """The manager of earlier models that other rows name by natural key."""

    def get_by_natural_key(self, *key: str) -> models.Model:
        """Return the row with this natural key."""
        options = self.model._meta
        fields = _NATURAL_KEYS[options.app_label, options.model_name or ""]
        return self.get(**dict(zip(fields, key, strict=True)))


class Deserializer(jsonl.Deserializer):
    """Deserializes a line of JSON into a row of an earlier model."""

    def __init__(self, line: str, *, earlier: Apps) -> None:
        # A file, because Django would split a text at every character that Unicode calls a line
        # boundary, such as U+2028, and JSON contains these unescaped.
        super().__init__(StringIO(line))
        self._earlier = earlier

    def _get_model_from_node(self, model_identifier: str) -> type[models.Model]:
        return self._earlier.get_model(model_identifier)


def is_up_to_date() -> bool:
    """Whether the database has all migrations of this release."""
    loader = MigrationLoader(connection)
    return bool(loader.graph.nodes.keys() <= loader.applied_migrations.keys())


def migrate_back(*, to: Collection[str]) -> Apps:
    """Undo all migrations except these, and return the models of that time.

    The names are like `seminars.0001_initial`. The database must be up to date and empty. Raises
    UnknownMigrationsError, or another ValueError if a migration is missing that another one needs.
    """
    executor = MigrationExecutor(connection)
    retained = _keys(executor, to)
    every = executor.migration_plan(executor.loader.graph.leaf_nodes(), clean_start=True)
    plan = [(one, True) for one, _ in reversed(every) if (one.app_label, one.name) not in retained]
    earlier = _models(executor, retained)
    if plan:
        # Its receivers drop the triggers, and rename content types together with their models.
        emit_pre_migrate_signal(verbosity=0, interactive=False, db="default", plan=plan)
        executor.migrate(None, plan=plan)
        for config in apps.get_app_configs():
            create_permissions(config, verbosity=0, apps=earlier)
    return earlier


def migrate_forward() -> None:
    """Apply the migrations that were undone, and create the triggers again."""
    if is_up_to_date():
        return
    if connection.vendor == "postgresql":
        # It alters no table while checks of rows are pending, such as those a migration writes.
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    call_command("migrate", verbosity=0, interactive=False)


def _keys(executor: MigrationExecutor, names: Collection[str]) -> set[tuple[str, str]]:
    keys = {(app, migration) for app, _dot, migration in (name.partition(".") for name in names)}
    graph = executor.loader.graph
    if not keys <= graph.nodes.keys():
        raise UnknownMigrationsError
    if not keys or keys != {one for key in keys for one in graph.forwards_plan(key)}:
        raise ValueError("Migrations are missing.")
    return keys


def _models(executor: MigrationExecutor, keys: Collection[tuple[str, str]]) -> Apps:
    state = executor.loader.project_state(sorted(keys))
    for key in _NATURAL_KEYS.keys() & state.models.keys():
        state.models[key].managers = [("objects", NaturalKeyManager())]
    return state.apps
