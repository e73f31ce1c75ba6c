"""What a newcomer is told once the demo runs: where it is, who to be, and what to try, in Chinese first."""

from dataclasses import dataclass

from gridgov.demo.people import accounts
from grids.models import QRCode
from grids.services.qr import token_for
from organizations.models import Membership, User

STEPS = (
    (
        "居民扫码上报（不用登录）：打开 {resident}，提交后记下查询码。",
        "Report as a resident: open the QR code's address and keep the lookup code.",
    ),
    (
        "用 worker 登录，在首页签收刚才的事件；有两件马上到期的，不要管它。",
        "Sign in as worker and sign for it; leave the two that are about to run out.",
    ),
    (
        "等两分钟，用 community 登录：到期没处理的事件已自动上报到社区，收件箱里写着原因。",
        "Wait two minutes, sign in as community: what ran out has been raised, with the reason.",
    ),
    (
        (
            "用 leader 登录，打开街道在办的事件“吹哨”，牵头选城市管理局、协办选消防大队；"
            "再用 officer、fire 登录应哨、报到、反馈。"
        ),
        (
            "Sign in as leader and whistle a case the street handles: city management leads, fire supports; "
            "answer it as officer and fire."
        ),
    ),
    (
        (
            "用 street 登录：{desk} 接听来电，{callbacks} 电话回访；用 leader 打开 {approvals} 审批延期、"
            "挂账，看长期挂账台账和督办事件；用 city 裁定两次退单和吹哨异议。"
        ),
        (
            "As street take a call and ring reporters back; as leader decide on more time and setting aside; "
            "as city arbitrate what was given back twice and refused whistles."
        ),
    ),
    (
        "用 city 打开 {lifecycle} 看事件全流程图；规则版本和模拟、时限、日历、值班表都在管理后台。",
        "As city look at the life cycle as a picture; rules, limits, calendars and duties are there too.",
    ),
    (
        "用 street 登录请居民评价，回到 {track} 用查询码评价；用 city 打开 {screen} 看全县。",
        "Ask the resident as street, judge with the lookup code, watch the whole city as city.",
    ),
)


@dataclass(frozen=True, slots=True)
class Row:
    """One account of the guide."""

    label: str
    username: str
    post: str
    see: str


def rows() -> list[Row]:
    """Return the accounts that exist, with the post each holds; one query."""
    held = {
        membership.user.username: membership
        for membership in Membership.objects.filter(user__is_demo=True).select_related("user", "organization")
    }
    return [
        Row(
            account.label,
            account.username,
            f"{held[account.username].user.full_name}，{held[account.username].organization.name}",
            account.see,
        )
        for account in accounts()
        if account.username in held
    ]


def resident_path() -> str:
    """Return the address behind a QR code in the grid of the guide's worker, or the residents' front page."""
    worker = User.objects.filter(username="worker").first()
    codes = QRCode.objects.filter(revoked_at=None)
    if worker is not None:
        codes = codes.filter(grid__community__memberships__user=worker)
    code = codes.exclude(building=None).order_by("pk").first()
    return f"/q/{token_for(code)}/" if code is not None else "/"
