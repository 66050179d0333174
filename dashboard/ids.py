"""Every id of the page, once. Scripts in assets/ use the same strings."""

# Outermost frame
ROUTE = "route"
PAGE = "page"
NOTICE = "notice"

# State: the address, the view state (its canonical query text), what the reader just did
ADDRESS = "address"  # the query in the address bar: "?…", or "" for none
VIEW_STATE = "view-state"
SCENE = "scene"  # the same without selection and tab: what the map and the table are drawn from
MAP_EVENT = "map-event"  # {kind: select | drill | up | refresh, code, n}: the map, links, rows
MAP_DATA = "map-data"
MAP_SELECT = "map-select"  # code of the outlined area; changes without a new payload
MAP_READY = "map-ready"  # set once by the browser when the map is drawn
HOVER = "hover"

# Header
SEARCH = "search-text"
SEARCH_HITS = "search-hits"
LINKS = "links"
PERIOD = "period"

# Headline and controls
LEAD = "lead"
CRUMBS = "crumbs"
HEADLINE = "headline"
MEASURE = "measure"
CATEGORY = "category"
AGE = "age"
LEVEL = "level"
SHOW = "show"
CLASSES = "classes"
BREAKS = "breaks"
BREAKS_BOX = "breaks-box"
POINTS = "points"

# Map, legend, table, panel, footer
MAP = "map"
MAP_ANCHOR = "map-anchor"
MAP_FRAME = "map-frame"
MAP_TITLE = "map-title"
LEGEND = "legend"
TABLE = "table"
TABLE_HOLDER = "table-holder"
TABLE_HEAD = "table-head"
WORK = "work"
TAB = "tab"
PANEL = "panel"
TREND = "trend"
FOOT = "foot"

# Standard, own values, plan and search for sites
STANDARD_BAR = "standard-bar"
STANDARD = "standard"
WALK = "walk"
WHO = "who"
NORM = "norm"
DETOUR = "detour"
PLAN_BAR = "plan-bar"
PLAN_PLACES = "plan-places"
SITING_GOAL = "siting-goal"
SITING_COUNT = "siting-count"
SITING_PLACES = "siting-places"
SITING_LIST = "siting-list"
SITING_START = "siting-start"
SITING_STOP = "siting-stop"
SITING_ANSWER = "siting-answer"
SITING_JOB = "siting-job"  # number of the search that runs
SITING_TICK = "siting-tick"
SITING_PLAN = "siting-plan"  # {plan, n}: the plan that a search has come to
