"""Triggers as constraints: what Django's migrations see of them."""

from peerloop.kit.triggers import Function, Trigger, append_only, transitions

TABLE = {"draft": {"done"}, "done": set()}


def rebuilt(one: Trigger | Function) -> Trigger | Function:
    """As a migration file makes it again."""
    _, _, given = one.deconstruct()
    return type(one)(**given)


def test_a_migration_keeps_the_sql_as_it_was() -> None:
    for one in (append_only("x"), transitions("x", TABLE, what="a row")):
        again = rebuilt(one)
        assert again == one
        assert again == one.clone()
        assert again.create_sql(None, None) == one.create_sql(None, None)


def test_a_change_of_the_rule_is_a_change_of_the_constraint() -> None:
    wider = {**TABLE, "done": {"draft"}}
    assert transitions("x", TABLE, what="a row") != transitions("x", wider, what="a row")


def test_how_a_body_is_indented_changes_nothing() -> None:
    plain = Trigger(name="x", on="BEFORE DELETE", body="RETURN NULL;\nRETURN OLD;")
    indented = Trigger(
        name="x",
        on="BEFORE DELETE",
        body="""
            RETURN NULL;
            RETURN OLD;
        """,
    )
    assert plain == indented
