"""What a view is called: measure, title, and the line below it."""

from __future__ import annotations

from dashboard.dataset import Dataset
from dashboard.text import age_name, category_name, date_name, level_name, period_name, t
from dashboard.text.numbers import format_number
from dashboard.view.standard_words import own_standard
from dashboard.view_state import ViewState
from geodata.measures import Measure
from geodata.schema import AGE_ALL, CATEGORY_ALL


def measure_name(state: ViewState, measure: Measure) -> str:
    """Name with what narrows it: 使用率（老年助餐，80岁及以上）."""
    name, detail = measure.text(state.lang)["name"], _detail(state)
    if detail:
        name = t(state.lang, "measure_detail", measure=name, detail=detail)
    return name if state.show == "value" else t(state.lang, f"measure_{state.show}", measure=name)


def _detail(state: ViewState) -> str:
    parts = []
    if state.category != CATEGORY_ALL:
        parts.append(category_name(state.lang, state.category))
    if state.age != AGE_ALL:
        parts.append(age_name(state.lang, state.age))
    return t(state.lang, "detail_join").join(parts)


def write_title(state: ViewState, measure: Measure, area: str, level: str) -> str:
    """Area, level and measure: 北京市各区：持卡率."""
    name = measure_name(state, measure)
    return t(state.lang, "title", area=area, level=level_name(state.lang, level), measure=name)


def write_subtitle(dataset: Dataset, state: ViewState, measure: Measure) -> str:
    """The month, or for census measures what the census is and its date; the standard; the plan."""
    parts = [_when(dataset, state, measure)]
    standard = dataset.held(state) if measure.needs_category else None
    if standard is not None and measure.needs == "radius" and standard.radius_m is not None:
        key = "subtitle_own_walk" if own_standard(standard) else "subtitle_walk"
        parts.append(t(state.lang, key, metres=format_number(standard.radius_m)))
    if measure.plannable and state.plan:
        plan = state.plan
        counts = {"added": len(plan.added), "moved": len(plan.moved), "closed": len(plan.closed)}
        words = [t(state.lang, f"plan_{kind}", count=n) for kind, n in counts.items() if n]
        parts.append(t(state.lang, "subtitle_plan", changes=t(state.lang, "plan_join").join(words)))
    return t(state.lang, "subtitle_join").join(parts)


def _when(dataset: Dataset, state: ViewState, measure: Measure) -> str:
    if not dataset.is_timeless(measure.key):
        return t(state.lang, "subtitle", period=period_name(state.lang, state.period))
    population = dataset.manifest.get("population", {})
    base = t(state.lang, f"base_{population.get('base') or 'resident'}")
    date = date_name(state.lang, str(population.get("as_of", "")))
    return t(state.lang, "subtitle_fixed", base=base, date=date)
