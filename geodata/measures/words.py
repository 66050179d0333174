"""The words of the measures of people, cards and use."""

from __future__ import annotations

from geodata.measures.wording import RESIDENTS as _RESIDENTS
from geodata.measures.wording import words as _words

_ISSUED = ("当月末已发卡", "cards issued by the end of the month")
_USED = ("当月用过卡的持卡人", "cards used in the month")

WORDS = {
    "elderly_count": _words(
        (
            "老年人口",
            "老年人口",
            "住在这里的60岁及以上老年人数",
            "60岁及以上常住人口",
            _RESIDENTS[0],
        ),
        (
            "Elderly people",
            "Elderly people",
            "How many people aged 60 and over live here",
            "residents aged 60 and over",
            _RESIDENTS[1],
        ),
    ),
    "elderly_share": _words(
        (
            "老年人口占比",
            "老年占比",
            "常住人口中老年人的比例",
            "60岁及以上人口 ÷ 常住总人口",
            "常住总人口",
        ),
        (
            "Share of elderly people",
            "Elderly share",
            "How much of the population is aged 60 and over",
            "residents aged 60+ / all residents",
            "all residents (at the census date)",
        ),
    ),
    "aged_80_share": _words(
        (
            "高龄老人占比",
            "高龄占比",
            "老年人中80岁及以上的比例",
            "80岁及以上 ÷ 60岁及以上",
            _RESIDENTS[0],
        ),
        (
            "Share aged 80 and over",
            "Aged 80+",
            "How many of the elderly are aged 80 and over",
            "residents aged 80+ / residents aged 60+",
            _RESIDENTS[1],
        ),
    ),
    "cards_count": _words(
        ("持卡数", "持卡数", "已发放的养老助残卡张数", "当月末已发卡张数", _ISSUED[0]),
        (
            "Cards",
            "Cards",
            "How many cards have been issued",
            "cards issued by the end of the month",
            _ISSUED[1],
        ),
    ),
    "card_coverage": _words(
        ("持卡率", "持卡率", "老年人中已有卡的比例", "已发卡 ÷ 60岁及以上人口", _RESIDENTS[0]),
        (
            "Card coverage",
            "Card coverage",
            "How many of the elderly hold a card (can exceed 100 % where holders have moved)",
            "cards issued / residents aged 60+",
            _RESIDENTS[1],
        ),
    ),
    "active_card_share": _words(
        (
            "活跃卡占比",
            "活跃卡",
            "当月至少用过一次的卡所占比例",
            "当月用过的卡 ÷ 已发卡",
            _ISSUED[0],
        ),
        (
            "Share of cards in use",
            "Cards in use",
            "How many of the cards were used at least once in the month",
            "cards used in the month / cards issued",
            _ISSUED[1],
        ),
    ),
    "silent_card_share": _words(
        (
            "沉默卡占比",
            "沉默卡",
            "连续三个月没有使用的卡所占比例（持卡人可能体弱、外出或已去世，本身不等于缺口）",
            "三个月未使用的卡 ÷ 已发卡",
            _ISSUED[0],
        ),
        (
            "Share of silent cards",
            "Silent cards",
            "Cards without any use in three months (the holder may be frail, away or dead: "
            "not a gap by itself)",
            "cards without use in 3 months / cards issued",
            _ISSUED[1],
        ),
    ),
    "users_share": _words(
        (
            "使用率",
            "使用率",
            "持卡人中当月用过这类服务的比例",
            "当月用过该类服务的卡 ÷ 已发卡",
            _ISSUED[0],
        ),
        (
            "Share of users",
            "Users",
            "How many of the cards were used for this service in the month",
            "cards used for the category / cards issued",
            _ISSUED[1],
        ),
    ),
    "swipes_per_card": _words(
        (
            "每卡使用次数",
            "次/卡",
            "用过的卡当月平均使用几次",
            "使用次数 ÷ 当月用过该类服务的卡",
            _USED[0],
        ),
        (
            "Uses per card",
            "Uses per card",
            "How often a card in use was used in the month",
            "uses / cards used for the category",
            _USED[1],
        ),
    ),
    "rides_per_card": _words(
        (
            "每卡乘公交次数",
            "乘次/卡",
            "乘过公交的卡当月平均乘几次（上下车两次刷卡计一次）",
            "公交乘次 ÷ 当月乘过公交的卡",
            _USED[0],
        ),
        (
            "Bus rides per card",
            "Rides per card",
            "Rides of a card used on the bus (tapping on and off is one ride)",
            "bus rides / cards used on the bus",
            _USED[1],
        ),
    ),
    "amount_per_card": _words(
        (
            "每卡消费金额",
            "元/卡",
            "用过的卡当月平均消费多少元（含补贴）",
            "消费金额 ÷ 当月用过该类服务的卡",
            _USED[0],
        ),
        (
            "Amount per card",
            "Yuan per card",
            "What was spent per card in use in the month, subsidy included",
            "amount / cards used for the category",
            _USED[1],
        ),
    ),
    "subsidy_share": _words(
        (
            "补贴支付占比",
            "补贴占比",
            "消费金额中由补贴账户支付的比例",
            "补贴支付 ÷ 消费金额",
            "当月消费金额",
        ),
        (
            "Share paid by subsidy",
            "Paid by subsidy",
            "How much of the amount was paid from the subsidy account",
            "subsidy / amount",
            "amount spent in the month",
        ),
    ),
    "outside_home_share": _words(
        (
            "区外使用占比",
            "区外使用",
            "在居住区县以外使用的比例",
            "居住区县以外的使用次数 ÷ 全部使用次数",
            "当月使用次数",
        ),
        (
            "Share used outside the home district",
            "Outside home",
            "How much of the use takes place outside the holders' own district",
            "uses outside the home district / all uses",
            "uses in the month",
        ),
    ),
    "cross_province_share": _words(
        (
            "跨省使用占比",
            "跨省使用",
            "在居住省市以外使用的比例",
            "居住省市以外的使用次数 ÷ 全部使用次数",
            "当月使用次数",
        ),
        (
            "Share used across provinces",
            "Across provinces",
            "How much of the use takes place in another province",
            "uses outside the home province / all uses",
            "uses in the month",
        ),
    ),
}
