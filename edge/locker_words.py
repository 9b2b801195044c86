"""Words that a page offers to choose from and the record keeps as they are: in Chinese, whatever the page speaks."""


def _(text: str) -> str:
    """Mark a text for translation; the page translates what it shows."""
    return text


PAPERS = (_("申请材料"), _("补交的材料"), _("证明和复印件"), _("其他材料"))
"""What a citizen may hand in."""

REASONS: dict[str, tuple[str, ...]] = {
    "block": (_("柜门或锁坏了"), _("里面需要清洁"), _("其他原因")),
    "inspect": (_("检查柜门和锁"), _("核对里面的物品"), _("清洁"), _("其他原因")),
    "misplaced": (_("放进了别的格口"), _("拿错了物品"), _("放漏了"), _("其他原因")),
}
"""Why a compartment is blocked or looked into, and what is wrong with an item."""
