"""The seeded demonstration source on real boundaries, codes and published totals."""

from geodata.demo.write import write_demo

__all__ = ["write_demo"]
