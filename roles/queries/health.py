import psycopg
from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from redis import Redis, RedisError


def migrations_are_pending() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _database_answers() -> bool:
    """Asked by a connection of its own: the pool would wait long before it gave up."""
    database = connection.settings_dict
    try:
        psycopg.connect(
            host=database["HOST"],
            port=database["PORT"],
            user=database["USER"],
            password=database["PASSWORD"],
            dbname=database["NAME"],
            connect_timeout=2,
        ).close()
    except psycopg.OperationalError:
        return False
    return True


def broken_dependencies() -> list[str]:
    """Names of what the program needs and gets no answer from; empty when it is ready."""
    broken = []
    if not _database_answers():
        broken.append("database")
    elif migrations_are_pending():
        broken.append("migrations")
    try:
        policy = Redis.from_url(settings.REDIS_URL, socket_timeout=2).config_get("maxmemory-policy")
        if policy != {"maxmemory-policy": "noeviction"}:
            broken.append("broker-evicts")  # it would drop jobs under memory pressure
    except RedisError:
        broken.append("broker")
    return broken
