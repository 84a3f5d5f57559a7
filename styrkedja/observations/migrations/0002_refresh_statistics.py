"""The program's role owns no table and so may not ANALYZE: a function of the owner's does that, and only that."""

from django.db import migrations

CREATE = """
CREATE FUNCTION refresh_observation_statistics() RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  ANALYZE public.observations_observation;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("observations", "0001_initial")]

    operations = [migrations.RunSQL(CREATE, "DROP FUNCTION refresh_observation_statistics()")]
