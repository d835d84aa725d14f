"""What all tables share: the collection they belong to, the type of row numbers, and what is known of them."""

from sqlalchemy import BigInteger, Column, Integer, MetaData, String, Table, Text

metadata = MetaData()
# SQLite gives row numbers of its own only to INTEGER keys
Id = BigInteger().with_variant(Integer(), "sqlite")

# How the data was made (`store.facts`).
facts = Table("facts", metadata, Column("name", String(64), primary_key=True), Column("value", Text, nullable=False))
