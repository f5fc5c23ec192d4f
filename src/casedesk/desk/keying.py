"""The keys by which a matter's names are found again: written with the name, on both stores alike."""

from __future__ import annotations

from casedesk.desk.turn import Turn
from casedesk.matching import names


def of_matter(turn: Turn, matter_id: int, caption: str, client: str, parties: tuple[str, ...]) -> None:
    """The matter's own names: words of its caption and its client; all of a client's keys whom no party bears."""
    _write(turn, matter_id, None, names.own_keys(caption, client, parties))


def of_party(turn: Turn, matter_id: int, party_id: int, name: str) -> None:
    """The keys of a party's name. A former name keeps its own: it is how the person is found again."""
    _write(turn, matter_id, party_id, [(name, key) for key in names.keys(name)])


def _write(turn: Turn, matter_id: int, party_id: int | None, found: list[tuple[str, names.Key]]) -> None:
    turn.uow.insert_many(
        "name_key",
        [
            {
                "id": turn.uow.new_id(),
                "matter_id": matter_id,
                "party_id": party_id,
                "how": key.how,
                "key": key.key,
                "name": name,
            }
            for name, key in found
        ],
    )
