"""The words of the measures of providers: ratio, reach, accessibility, load."""

from __future__ import annotations

from geodata.measures.wording import RESIDENTS as _RESIDENTS
from geodata.measures.wording import words as _words

_STANDARD = ("标准所指的常住老年人", "resident elderly people (whom the standard is about)")

WORDS_OF_SUPPLY = {
    "providers_per_1000": _words(
        (
            "每千名老年人服务点数",
            "个/千人",
            "每千名老年人有几个服务点",
            "营业服务点 ÷ 60岁及以上人口 × 1000",
            _RESIDENTS[0],
        ),
        (
            "Providers per 1,000 elderly",
            "Per 1,000",
            "How many providers there are for 1,000 elderly people",
            "open providers / residents aged 60+ x 1,000",
            _RESIDENTS[1],
        ),
    ),
    "reach_share": _words(
        (
            "服务可达率",
            "可达率",
            "住在标准步行范围内的老年人比例（直线距离乘以绕行系数）",
            "标准步行范围内的老年人 ÷ 标准所指老年人",
            _STANDARD[0],
        ),
        (
            "Share within reach",
            "Within reach",
            "Elderly people who live within the standard's walking distance of an open provider "
            "(straight line times a detour factor)",
            "elderly within reach / elderly the standard is about",
            _STANDARD[1],
        ),
    ),
    "gap_people": _words(
        (
            "服务未覆盖人数",
            "未覆盖人数",
            "住在标准步行范围以外的老年人数；与标准的差距，不等于未满足的需求",
            "标准所指老年人 − 标准步行范围内的老年人",
            _STANDARD[0],
        ),
        (
            "People beyond reach",
            "Beyond reach",
            "Elderly people beyond the standard's walking distance; a gap against the standard, "
            "not unmet demand",
            "elderly the standard is about - elderly within reach",
            _STANDARD[1],
        ),
    ),
    "served_share": _words(
        (
            "能力内可服务率",
            "可服务率",
            "各服务点按距离由近到远接纳，直到满员，能接纳到的老年人比例",
            "按能力由近到远可接纳的老年人 ÷ 标准所指老年人",
            _STANDARD[0],
        ),
        (
            "Share that places can serve",
            "Served within places",
            "Elderly people who get a place when every provider takes the nearest first until "
            "it is full",
            "elderly served, nearest first, up to the capacity / elderly the standard is about",
            _STANDARD[1],
        ),
    ),
    "capacity_per_1000": _words(
        (
            "每千名老年人服务能力",
            "位/千人",
            "每千名老年人有多少服务能力（床位、餐位等）",
            "营业服务点的服务能力 ÷ 标准所指老年人 × 1000",
            _STANDARD[0],
        ),
        (
            "Places per 1,000 elderly",
            "Places per 1,000",
            "Places (beds, seats) of open providers for 1,000 elderly people",
            "places of open providers / elderly the standard is about x 1,000",
            _STANDARD[1],
        ),
    ),
    "capacity_gap": _words(
        (
            "服务能力缺口",
            "能力缺口",
            "按标准的每千人能力还差多少位；与标准的差距，不等于未满足的需求",
            "标准能力 × 标准所指老年人 ÷ 1000 − 现有能力，不足一位按一位计",
            _STANDARD[0],
        ),
        (
            "Places short of the norm",
            "Places short",
            "Places wanted by the standard's norm and not there; a gap against the standard, not "
            "unmet demand",
            "norm x elderly the standard is about / 1,000 - places, rounded up",
            _STANDARD[1],
        ),
    ),
    "access_e2sfca": _words(
        (
            "可达性（增强两步移动搜寻）",
            "可达性E2SFCA",
            "人均可得服务能力，近处权重大，与全区域平均相比；1为平均，低于0.5为短缺",
            "E2SFCA可达性（距离圈加权）÷ 按人口加权的区域平均",
            _STANDARD[0],
        ),
        (
            "Accessibility (enhanced 2SFCA)",
            "E2SFCA",
            "Places per person within walking distance, near ones weighing more, against the "
            "region's mean; 1 is average, below 0.5 is short",
            "E2SFCA with weighted rings / population-weighted mean of the region",
            _STANDARD[1],
        ),
    ),
    "access_2sfca": _words(
        (
            "可达性（两步移动搜寻）",
            "可达性2SFCA",
            "步行范围内人均可得服务能力，与全区域平均相比；1为平均，低于0.5为短缺",
            "2SFCA可达性 ÷ 按人口加权的区域平均",
            _STANDARD[0],
        ),
        (
            "Accessibility (2SFCA)",
            "2SFCA",
            "Places per person within walking distance against the region's mean; 1 is average, "
            "below 0.5 is short",
            "2SFCA / population-weighted mean of the region",
            _STANDARD[1],
        ),
    ),
    "access_gravity": _words(
        (
            "可达性（引力模型）",
            "可达性引力",
            "人均可得服务能力，随距离平滑衰减，与全区域平均相比；1为平均，低于0.5为短缺",
            "引力模型可达性（高斯衰减）÷ 按人口加权的区域平均",
            _STANDARD[0],
        ),
        (
            "Accessibility (gravity model)",
            "Gravity",
            "Places per person, fading smoothly with distance, against the region's mean; 1 is "
            "average, below 0.5 is short",
            "gravity model with Gaussian decay / population-weighted mean of the region",
            _STANDARD[1],
        ),
    ),
    "users_per_place": _words(
        (
            "负荷（每位能力的用卡人数）",
            "负荷",
            "本地持卡人当月用卡人数与本地服务能力之比",
            "当月用卡人数（按居住地）÷ 本地服务能力",
            "本地营业服务点的服务能力",
        ),
        (
            "Load: users per place",
            "Users per place",
            "Card holders of the area who used the category in the month, for each place in the "
            "area",
            "cards used in the month (by home area) / places in the area",
            "places of open providers in the area",
        ),
    ),
    "use_field": _words(
        (
            "使用与可达对照",
            "四类情形",
            "较好、太远、满负荷、近而少用：把可达、能力和使用放在一起看；"
            "近而少用可能与质量或价格有关",
            "可达率低于一半为太远；否则负荷高于0.85为满负荷；"
            "否则使用率低于按年龄预期的一半为近而少用；其余为较好",
            _STANDARD[0],
        ),
        (
            "Use against reach",
            "Four fields",
            "Good, far, full, or near but little used: reach, places and use side by side; little "
            "use of what is near may be quality or price",
            "far: less than half within reach; else full: more than 0.85 uses a day for a place; "
            "else little used: less than half the use its ages let expect; else good",
            _STANDARD[1],
        ),
    ),
    "border_people": _words(
        (
            "仅靠邻省服务点可达的人数",
            "跨省可达人数",
            "步行范围内只有邻省服务点的老年人数：邻省服务点向他们开放才算可达",
            "计入邻省服务点时可达的老年人 − 只计本省服务点时可达的老年人",
            _STANDARD[0],
        ),
        (
            "People reached across the border only",
            "Across the border",
            "Elderly people with only a neighbouring province's provider within walking distance: "
            "in reach if it is open to them",
            "elderly within reach of any province's provider - of their own province's",
            _STANDARD[1],
        ),
    ),
}
