"""Findings: what is wrong with a source, where, and what the operator does about it.

Every check has one entry in `CHECKS`: its severity and the remedy in both languages. An error
stops a build; a warning is published with the release.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

COLUMNS = ("severity", "check", "table", "rows", "example", "fix_zh", "fix_en")
ERROR, WARNING = "error", "warning"

# check: (severity, remedy in Chinese, remedy in English); {words} are filled by `finding`.
CHECKS: dict[str, tuple[str, str, str]] = {
    # the folder and its files
    "missing_file": (ERROR, "补上文件 {file}", "add the file {file}"),
    "broken_config": (ERROR, "按示例改正 {file}", "correct {file} as in the documentation"),
    "unreadable_file": (
        ERROR,
        "用原软件重新导出该文件；确认没有被截断或加密",
        "export the file again; make sure it is neither cut off nor encrypted",
    ),
    "wrong_encoding": (
        ERROR,
        '在 source.toml 写明 encoding = "gb18030"，或另存为 UTF-8',
        'set encoding = "gb18030" in source.toml, or save the file as UTF-8',
    ),
    "lost_characters": (
        WARNING,
        "文件里有替换字符（? 或 �），用 UTF-8 或 GB18030 重新导出",
        "characters were lost when the file was written; export it again in UTF-8 or GB18030",
    ),
    "byte_order_mark": (
        WARNING,
        "文件以 UTF-8 BOM 开头，已按 UTF-8 读取；请改正 encoding",
        "the file starts with a UTF-8 mark and was read as UTF-8; correct encoding",
    ),
    "blank_rows": (WARNING, "删去空行（已忽略）", "delete the blank rows (they were skipped)"),
    "ragged_row": (
        ERROR,
        "该行列数与表头不同；检查逗号与引号",
        "the row has another number of fields than the header; check commas and quotes",
    ),
    "empty_table": (ERROR, "表中没有数据行", "the table has no rows; export it again"),
    # columns and cells
    "missing_column": (
        ERROR,
        "补上列 {column}，或在 source.toml 的 [columns.{section}] 写明对应列名",
        "add the column {column}, or name theirs in [columns.{section}] of source.toml",
    ),
    "double_column": (ERROR, "列名 {column} 重复，删去一列", "delete one of the columns {column}"),
    "wrong_type": (
        ERROR,
        "{column} 列应为{kind_zh}",
        "write {column} as {kind_en}",
    ),
    "number_as_code": (
        ERROR,
        "代码列 {column} 须为文本（前导零和长代码会丢失）",
        "store the code column {column} as text; numbers lose digits",
    ),
    "blank_cell": (ERROR, "填写 {column} 列", "fill in the column {column}"),
    "negative_count": (ERROR, "{column} 不能为负数", "{column} cannot be negative; correct it"),
    "spaces_in_code": (
        WARNING,
        "去掉 {column} 列首尾空格（已忽略）",
        "remove the spaces around {column} (they were ignored)",
    ),
    "unknown_choice": (
        ERROR,
        "{column} 列只能是：{choices}",
        "{column} must be one of: {choices}",
    ),
    "duplicate_key": (
        ERROR,
        "同一键（{key}）只留一行",
        "keep one row for each {key}",
    ),
    "unknown_code": (
        ERROR,
        "改正 {column} 列的代码，或把该区域补入 areas 表",
        "correct the code in {column}, or add the area to the table areas",
    ),
    # the hierarchy
    "broken_hierarchy": (ERROR, "按提示改正 areas 表", "correct the table areas: {fix}"),
    "code_not_in_parent": (
        WARNING,
        "代码前缀与上级不符；开发区请填写 zone_code，否则改正 parent_code",
        "the code does not start with its parent's; fill in zone_code if it is a zone, "
        "else correct parent_code",
    ),
    "no_children": (
        WARNING,
        "该区域没有下级；确认 areas 表是否完整",
        "the area has no areas below it; make sure that areas is complete",
    ),
    # population
    "population_missing": (
        WARNING,
        "这些社区没有人口行，按“无数据”处理；上级合计只含有数据的下级",
        "no population row: shown as missing, and totals above count the others only",
    ),
    "total_not_sum": (
        ERROR,
        "公布的上级合计须等于下级之和；改正其一",
        "a published total must equal the sum of the rows below it; correct one of them",
    ),
    "ages_not_nested": (
        ERROR,
        "应满足 总人口 ≥ 60+ ≥ 65+ ≥ 70+ ≥ 80+",
        "total >= 60+ >= 65+ >= 70+ >= 80+ must hold; correct the row",
    ),
    # providers
    "provider_outside": (
        WARNING,
        "服务点不在任何社区内；改正经纬度，否则不计入任何社区",
        "the provider lies in no community; correct lon and lat, or it counts nowhere",
    ),
    "lon_lat_swapped": (
        ERROR,
        "经度和纬度写反了；对调 lon 与 lat",
        "longitude and latitude are swapped; exchange lon and lat",
    ),
    "provider_elsewhere": (
        WARNING,
        "坐标与 community_code 不在同一社区；按 community_code 计入，请核对",
        "the point is not in its community_code; it counts there, check which one is right",
    ),
    "providers_gcj02": (
        ERROR,
        '坐标像 GCJ-02（火星坐标）；确认后在 source.toml [providers] 写 crs = "GCJ-02"',
        'the points look like GCJ-02; if so set crs = "GCJ-02" under [providers] in source.toml',
    ),
    "closed_before_opened": (ERROR, "closed 不能早于 opened", "closed cannot be before opened"),
    # boundaries
    "no_boundaries": (
        ERROR,
        "在 source.toml 的 [boundaries.<层级>] 至少写明一层边界",
        "name at least one boundary layer under [boundaries.<level>] in source.toml",
    ),
    "level_without_boundaries": (
        WARNING,
        "该层级没有边界文件，地图不显示这一层",
        "no boundary file for this level, so the map does not show it",
    ),
    "missing_code_column": (
        ERROR,
        "图层没有列 {column}；在 source.toml [boundaries.{level}] 用 code 写明代码列",
        "the layer has no column {column}; name the code column with code in "
        "[boundaries.{level}] of source.toml",
    ),
    "no_crs": (
        ERROR,
        '图层没有坐标系；在 source.toml [boundaries.{level}] 写 crs = "EPSG:4490" 等',
        'the layer names no CRS; set crs = "EPSG:4490" (or the right one) '
        "under [boundaries.{level}] in source.toml",
    ),
    "unknown_crs": (
        ERROR,
        '写成 crs = "EPSG:4490"、"EPSG:4326" 或 "GCJ-02" 等',
        'name it like crs = "EPSG:4490", "EPSG:4326" or "GCJ-02"',
    ),
    "crs_conflict": (
        ERROR,
        "文件内坐标系与 source.toml 所写不同；改正或删去 source.toml 中的 crs",
        "the file names another CRS than source.toml; correct or remove crs in source.toml",
    ),
    "wrong_crs": (
        ERROR,
        "坐标落在中国以外；坐标系写错了，请改正 crs",
        "the coordinates lie outside China: the CRS named is wrong, correct crs",
    ),
    "axes_swapped": (
        ERROR,
        "图层的经纬度写反了；用 GIS 软件对调坐标后重新导出",
        "x and y of the layer are swapped; exchange them in a GIS and export again",
    ),
    "layer_gcj02": (
        ERROR,
        '图层像 GCJ-02（偏移约 {metres} 米）；确认后写 crs = "GCJ-02"',
        'the layer looks like GCJ-02 (shifted by {metres} m); if so set crs = "GCJ-02"',
    ),
    "layer_shifted": (
        ERROR,
        "图层与{reference}层整体偏移约 {metres} 米；核对坐标系",
        "the layer lies {metres} m beside the {reference} layer; check its CRS",
    ),
    "not_polygon": (ERROR, "边界须为面（Polygon）", "boundaries must be polygons"),
    "empty_polygon": (
        ERROR,
        "补画该区域的面，或从图层删去该行",
        "draw the polygon, or remove the row from the layer",
    ),
    "invalid_polygon": (
        WARNING,
        "面自相交，已自动修复；请在 GIS 中核对",
        "the polygon is invalid and was repaired; look at it in a GIS",
    ),
    "double_polygon": (
        WARNING,
        "同一代码有多个面，已合并为一个",
        "several polygons have one code and were merged; make them one",
    ),
    "polygon_without_area": (
        WARNING,
        "areas 表没有该代码，图形未使用；补入 areas 表或改正代码",
        "areas has no such code and the polygon was not used; add the area or correct the code",
    ),
    "covered_polygon": (
        ERROR,
        "该面整个被其他面覆盖；在 GIS 中核对",
        "other polygons cover it wholly; look at it in a GIS",
    ),
    "area_without_polygon": (
        WARNING,
        "这些区域没有面；数据并入上级合计，地图上不显示",
        "no polygon: their figures count in the totals above, the map does not show them",
    ),
    "outside_parent": (
        ERROR,
        "该区域的面大半不在其上级区域内；核对代码或图形",
        "most of the polygon lies outside its parent's; check the code or the polygon",
    ),
    "coverage_mended": (
        WARNING,
        "相邻面之间有缝隙或重叠，已自动修补；请在 GIS 中核对",
        "gaps or overlaps between neighbours were mended; look at them in a GIS",
    ),
    "no_coverage": (
        ERROR,
        "各面无法拼成一层；在 GIS 中检查几何并捕捉到邻面后重新导出",
        "the polygons cannot be made one coverage; check and snap them in a GIS, export again",
    ),
    # the months
    "no_months": (
        ERROR,
        "cards/ 与 swipes/ 至少各有一个月",
        "cards/ and swipes/ need at least one month each",
    ),
    "missing_month": (WARNING, "补上缺少的月份文件", "add the file of the missing month"),
    "two_periods": (
        ERROR,
        "一个文件只能有一个月份；请拆分",
        "a file holds one period; split it",
    ),
    "two_levels": (
        ERROR,
        "一个文件只能有一个居住地层级；请拆分",
        "a file holds homes of one level; split it",
    ),
    "mixed_flows": (
        ERROR,
        "service_area_code 要么全空要么全填；请拆分文件",
        "service_area_code is either blank or filled in the whole file; split it",
    ),
    "double_month": (
        ERROR,
        "同一月份、层级和组合只能由一个文件提供",
        "one period, level and slot comes from one file only; remove the other",
    ),
    "silent_over_issued": (
        ERROR,
        "沉默卡数不能大于发卡数",
        "silent cards cannot exceed issued cards",
    ),
    "used_over_issued": (
        WARNING,
        "使用卡与沉默卡之和大于发卡数；核对两份数据的口径与日期",
        "more cards used or silent than issued; check definition and date of both extracts",
    ),
    "subsidy_over_amount": (
        ERROR,
        "补贴金额不能大于交易金额",
        "the subsidy cannot exceed the amount",
    ),
    "cards_over_swipes": (
        ERROR,
        "使用卡数不能大于刷卡次数",
        "distinct cards cannot exceed swipes",
    ),
    "providers_over_swipes": (
        ERROR,
        "服务点数不能大于使用次数",
        "providers cannot exceed swipes",
    ),
    "ages_not_sum": (
        ERROR,
        "age_band=all 应等于三个年龄段之和",
        "age_band all must equal the sum of the three bands",
    ),
    "categories_not_sum": (
        ERROR,
        "category=all 应等于各类之和",
        "category all must equal the sum of the categories",
    ),
    "levels_disagree": (
        ERROR,
        "上级文件与社区文件之和不一致；用同一批数据重新导出",
        "the file disagrees with the sum of the community file; export both from one extract",
    ),
    "flows_not_sum": (
        ERROR,
        "各服务地之和应等于居住地的刷卡数",
        "swipes over service areas must sum to the swipes of the home area",
    ),
    "bus_taps": (
        WARNING,
        "公交按刷卡次数计，已折半为乘次",
        "bus use is given in taps and was halved to rides",
    ),
    "revision_held": (
        WARNING,
        "发布本月的更正会使受保护的数可由两版相减得出，本月仍按上一版发布；请与该月其他更正一并提交",
        "published, this correction would let protected numbers be worked out from the two "
        "releases: the month stays as it was; send the correction together with others of it",
    ),
    "broken_standards": (ERROR, "按提示改正 standards.toml", "correct standards.toml: {fix}"),
}


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong, with its number of rows and one example."""

    severity: str
    check: str
    table: str
    rows: int
    example: str
    fix_zh: str
    fix_en: str


def finding(check: str, table: str, rows: int, example: str, **words: object) -> Finding:
    """A finding of a declared check; `words` fill the remedy."""
    severity, fix_zh, fix_en = CHECKS[check]
    known = {"table": table, **words}
    return Finding(
        severity, check, table, int(rows), example, fix_zh.format(**known), fix_en.format(**known)
    )


def findings_frame(findings: Iterable[Finding]) -> pd.DataFrame:
    """Findings as a table, errors first, then in the order found; columns `COLUMNS`."""
    ordered = sorted(findings, key=lambda f: f.severity != ERROR)
    rows = [tuple(getattr(f, name) for name in COLUMNS) for f in ordered]
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    return frame.astype({"rows": "int64"})


def has_errors(findings: Iterable[Finding]) -> bool:
    """Whether any finding stops a build."""
    return any(f.severity == ERROR for f in findings)
