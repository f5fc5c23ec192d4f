"""Typer and SQLAlchemy Core: open a store, read somebody's 50 first open tasks, print them. No rank, no rights."""

import sys

import typer
from sqlalchemy import create_engine, text

app = typer.Typer(rich_markup_mode=None, add_completion=False)

WORDS = (
    "SELECT t.ref, t.title, t.state, t.due_us, m.caption FROM task t LEFT JOIN matter m ON m.id = t.matter_id"
    " WHERE t.owner_id = (SELECT id FROM person WHERE handle = :who)"
    " AND t.state IN ('new', 'acknowledged', 'in_progress', 'waiting', 'on_hold') ORDER BY t.due_us, t.id LIMIT :limit"
)


@app.command()
def main(store: str, who: str, limit: int = 50) -> None:
    """List them."""
    from importlib import import_module

    dbapi2 = import_module("sqlcipher3.dbapi2")

    engine = create_engine("sqlite://", module=dbapi2, creator=lambda: dbapi2.connect(store))
    with engine.connect() as conn:
        for row in conn.execute(text(WORDS), {"who": who, "limit": limit}):
            sys.stdout.write(f"{row.ref}  {row.state:<12}  {row.title:<50}  {row.caption}  {row.due_us}\n")


if __name__ == "__main__":
    app()
