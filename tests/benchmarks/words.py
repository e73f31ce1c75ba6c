"""What people of the invented city report: sentences of parts, some everywhere and some rare."""

import random

_PLACES = "小区东门 菜市场入口 学校门口 公交站旁 河边步道 地下车库 楼道口 广场北侧 工地围挡外"
_THINGS = "路灯 井盖 垃圾桶 电动车 共享单车 消防通道 广告牌 下水道 围墙 健身器材 树枝"
_FAULTS = "不亮 破损 满溢 乱停乱放 占用 堵塞 松动 异味很大 噪声扰民 积水 被遮挡"
_WISHES = "请尽快派人查看 希望有关部门处理 老人孩子出行不便 晚上看不清路 已经反映过一次 请回电说明"
# One of these stands in one report of a few thousand.
_RARE = "蜂窝 煤气味 流浪犬 高空抛物 塌陷 漏电 溺水 走失老人 非法捕鱼 焚烧秸秆"
_ROADS = "太康路 解放路 府前街 滨河大道 长溪路 三沙路 工业路 九大街"
RARE_SHARE = 1 / 400
PLACES, THINGS, FAULTS, WISHES, RARE, ROADS = (
    parts.split() for parts in (_PLACES, _THINGS, _FAULTS, _WISHES, _RARE, _ROADS)
)


def told(chance: random.Random, pk: int) -> tuple[str, str]:
    """Return the description and the address of one report."""
    place, thing, fault = chance.choice(PLACES), chance.choice(THINGS), chance.choice(FAULTS)
    rare = f"，疑似{chance.choice(RARE)}" if chance.random() < RARE_SHARE else ""
    days = chance.randint(1, 30)
    told_by = f"{place}{thing}{fault}，已{days}天{rare}，{chance.choice(WISHES)}。"
    address = f"{chance.choice(ROADS)}{pk % 997}号{pk % 40 + 1}栋{chance.choice('ABCDEF')}座"
    return told_by, address
