"""When the database of a data folder counts as prepared."""

from development import schema_stamp


def test_a_data_folder_is_prepared_again_once_stripe_is_switched_on(monkeypatch):
    before = schema_stamp.code_hash()
    monkeypatch.setenv("STRIPE_SECRET_KEY", "sk_test_x")

    assert schema_stamp.code_hash() != before
