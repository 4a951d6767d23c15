"""The database itself refuses to change or take away a line of the audit log (rule ADM-2)."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION audit_log_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit_log is append-only' USING ERRCODE = 'integrity_constraint_violation';
END
$$;
CREATE TRIGGER audit_log_append_only BEFORE UPDATE OR DELETE ON audit_log
    FOR EACH ROW EXECUTE FUNCTION audit_log_refuse();
"""
BACKWARD = """
DROP TRIGGER audit_log_append_only ON audit_log;
DROP FUNCTION audit_log_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_applications_and_local_mail")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
