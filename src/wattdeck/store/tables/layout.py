"""What all tables share: the collection they belong to, and the type of row numbers."""

from sqlalchemy import BigInteger, Integer, MetaData

metadata = MetaData()
# SQLite gives row numbers of its own only to INTEGER keys
Id = BigInteger().with_variant(Integer(), "sqlite")
