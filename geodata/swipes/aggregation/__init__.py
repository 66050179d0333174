"""From checked records to uses, and from uses to the published tables: one definition, two engines.

The definition is written as Ibis expressions over unbound tables; DuckDB and Spark run the SQL
that Ibis makes of it for each.
"""
