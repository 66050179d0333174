"""What of a release does not change by month: areas, polygons, population, providers, reach."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from geodata.boundaries import build_coverages, label_points, write_geometry
from geodata.coverage import (
    DEMAND_POINTS,
    Standards,
    place_demand,
    points_from_table,
    points_table,
)
from geodata.findings import Finding
from geodata.joining import JoinReport, join_to_areas, merge_reports
from geodata.population import read_population
from geodata.progress import ProgressCallback
from geodata.providers import read_providers
from geodata.release.supply import write_supply
from geodata.release.tables import areas_table, write_table
from geodata.schema import TABLES
from geodata.source import Source

PROVIDER_COLUMNS = tuple(column.name for column in TABLES["providers"].columns)


class PlacesBuilder:
    """Writes the places of a source into a release.

    Parameters
    ----------
    source : Source
    folder : Path
        The release being written.
    report : callable
        Called with (stage, done, total).
    """

    def __init__(self, source: Source, folder: Path, report: ProgressCallback) -> None:
        self.source, self.folder, self.report = source, folder, report
        self.tree = source.tree

    def write(self) -> tuple[list[Finding], dict[str, int]]:
        """Everything but reach; returns findings and the rows of each table."""
        tree, folder = self.tree, self.folder
        coverages = build_coverages(self.source, tree, self.report)
        labels = label_points(coverages)
        write_geometry(coverages, tree, folder, self.report, labels)
        population = read_population(self.source, tree)
        providers = read_providers(self.source, tree, coverages)
        points = place_demand(coverages.shapes[tree.level_slices["community"]])
        write_table(points_table(points), folder / DEMAND_POINTS)
        tables = {
            "areas": areas_table(tree, population["status"].to_numpy(), labels),
            "population": population,
            "providers": providers.frame[list(PROVIDER_COLUMNS)],
            "join_report": self._join_report(coverages.report, providers.report),
        }
        rows = {
            name: write_table(table, folder / f"{name}.parquet") for name, table in tables.items()
        }
        return [*coverages.findings, *providers.findings], rows

    def write_supply(self, standards: Standards, periods: list[str], wanted: list[str]) -> None:
        """Providers, places and people in reach of the wanted periods, from what `write` wrote."""
        tree, folder = self.tree, self.folder
        communities = tree.level_slices["community"]
        points = points_from_table(
            pd.read_parquet(folder / DEMAND_POINTS), communities.stop - communities.start
        )
        providers = pd.read_parquet(folder / "providers.parquet")
        providers["position"] = (
            providers["community_code"].map(tree.position).fillna(-1).astype(int)
        )
        population = pd.read_parquet(folder / "population.parquet")
        write_supply(folder, tree, points, population, providers, standards, periods, wanted)

    def _join_report(self, *reports: JoinReport) -> pd.DataFrame:
        _, people = join_to_areas(self.source.population, self.tree, table="population")
        return merge_reports([people, *reports]).frame
