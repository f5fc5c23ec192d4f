"""The smallest Textual app that Typer starts: with a store it shows somebody's rows read with Core, without one a frame.

Any key paints its line anew.
"""

import typer

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def main(store: str = "", who: str = "", limit: int = 40) -> None:
    """Show them until q."""
    from textual.app import App, ComposeResult
    from textual.events import Key
    from textual.widgets import Static

    lines = ["The frame is here"]
    if store:
        from importlib import import_module

        from sqlalchemy import create_engine, text

        from benchmarks.peers.core_list import WORDS

        dbapi2 = import_module("sqlcipher3.dbapi2")
        engine = create_engine("sqlite://", module=dbapi2, creator=lambda: dbapi2.connect(store))
        with engine.connect() as conn:
            rows = conn.execute(text(WORDS), {"who": who, "limit": limit}).all()
        lines += [f"{row.ref}  {row.state:<12}  {row.title[:40]:<40}  {row.caption}" for row in rows]
        lines.append("The last row is read")

    class Desk(App[None]):
        ENABLE_COMMAND_PALETTE = False
        presses = 0

        def compose(self) -> ComposeResult:
            yield Static("0", id="one")
            yield Static("\n".join(lines), id="all", markup=False)

        def on_key(self, event: Key) -> None:
            self.presses += 1
            if event.key == "pagedown":
                self.query_one("#all", Static).update(f"{self.presses}\n" + "\n".join(lines))
            else:
                self.query_one("#one", Static).update(str(self.presses))

    Desk().run()


if __name__ == "__main__":
    app()
