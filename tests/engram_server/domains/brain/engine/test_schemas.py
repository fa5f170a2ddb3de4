"""What the schema of a database tells."""

from __future__ import annotations

from typing import Dict, List, Tuple

import pytest

from engram.types.brain_learning import SchemaSnapshotWire, TableWire
from engram_server.domains.brain.engine.schemas import is_join, knowledge_of
from tests.contract.brain import table


def snapshot(*tables: TableWire) -> SchemaSnapshotWire:
    return {"database_name": "d", "dialect": "sqlite", "tables": [*tables], "schema_fingerprint": "f"}


@pytest.mark.parametrize(
    ("columns", "keys", "found"),
    [
        ("id a b c d created_at updated_at", {}, [("audit_trail", 0.70)]),
        ("id a b c d created_at updated_at created_by", {}, [("audit_trail", 0.90)]),
        ("id a b c d created_at", {}, []),
        ("id a b c d deleted_at is_deleted", {}, [("soft_delete", 0.90)]),
        ("id a b c d is_deleted", {}, [("soft_delete", 0.80)]),
        ("id a b c d removed_at", {}, [("soft_delete", 0.70)]),
        ("id a b c d archived_at", {}, [("soft_delete", 0.60)]),
        ("id a b c d parent_id", {"parent_id": "things"}, [("tree", 0.95)]),
        ("id a b c d owner_type owner_id", {}, [("polymorphic", 0.85)]),
        ("id a b c d owner_type", {}, []),
        ("id name", {}, [("enum_table", 0.70)]),
        ("id name other_id", {"other_id": "others"}, []),
    ],
)
def test_ways_of_building_are_recognised(
    columns: str, keys: Dict[str, str], found: List[Tuple[str, float]]
) -> None:
    known = knowledge_of(
        snapshot(table("things", columns, **keys), table("others", "id a b c d e")),
        max_tables=100,
        relationships=True,
        patterns=True,
    )
    assert [(one.name, one.confidence) for one in known.patterns] == found


@pytest.mark.parametrize(
    ("column", "kind", "weight"),
    [
        ("parent_id", "is_a", 0.85),
        ("category_id", "is_a", 0.85),
        ("user_id", "involves", 0.75),
        ("created_by_user", "involves", 0.75),
        ("region_id", "at_location", 0.80),
        ("invoice_id", "related_to", 0.60),
    ],
)
def test_a_foreign_key_tells_by_its_name_what_it_means(column: str, kind: str, weight: float) -> None:
    tables = snapshot(table("things", f"id a b {column}", **{column: "others"}), table("others", "id a b c d"))
    (found,) = knowledge_of(tables, max_tables=9, relationships=True, patterns=True).relationships
    assert (found.source, found.target, found.type, found.confidence) == ("things", "others", kind, weight)


def test_a_table_that_joins_others_is_no_entity() -> None:
    joint = table("items", "id order_id product_id quantity", order_id="orders", product_id="products")
    assert is_join(joint)
    assert not is_join(table("items", "id order_id product_id quantity price", order_id="o", product_id="p"))
    assert not is_join(table("items", "id order_id", order_id="orders"))
    assert not is_join(table("orders", "id user_id shop_id total deleted_at", user_id="users", shop_id="shops"))
    orders, products = table("orders", "id a b c d"), table("products", "id a b c d")
    known = knowledge_of(snapshot(joint, orders, products), max_tables=9, relationships=True, patterns=True)
    assert [one.table for one in known.entities] == ["orders", "products"]
    (found,) = known.relationships
    assert (found.source, found.target, found.type, found.confidence) == ("orders", "products", "co_occurs", 0.85)


def test_a_table_is_told_in_a_sentence() -> None:
    wide = table("categories", "id a b c d e f g h i user_id", user_id="users")
    (told,) = knowledge_of(snapshot(wide), max_tables=9, relationships=True, patterns=True).entities
    assert told.sentence == (
        "Database table categories stores category records with columns id (PK), a (NOT NULL), b (NOT NULL),"
        " c (NOT NULL), d (NOT NULL), e (NOT NULL), f (NOT NULL), g (NOT NULL) and 3 more; it links to users."
    )


def test_what_leads_out_of_the_tables_that_are_read_is_left_out() -> None:
    tables = snapshot(table("a", "id x y z w b_id", b_id="b"), table("b", "id x y z w"))
    known = knowledge_of(tables, max_tables=1, relationships=True, patterns=True)
    assert (known.processed, known.skipped, known.relationships) == (1, 1, [])
