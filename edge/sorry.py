"""What a person is told when something is not possible: what happened, and the next feasible step, in plain words.

The texts are the Chinese source; `edge/pages/en.po` has the English.
"""

from typing import NamedTuple


def _(text: str) -> str:
    """Mark a text for translation; the page translates it."""
    return text


class Apology(NamedTuple):
    """A page of its own: the apology with what happened, what that means for the person, and what to do now."""

    title: str
    meaning: str
    step: str


_COME_BACK = _("请稍后再来，或者拨打下面的电话，我们帮您安排。")
_AT_THE_DESK = _("请到咨询台人工取号；夜间请拨打下面的电话，我们帮您安排。")

APOLOGIES: dict[str, Apology] = {
    "no_paper": Apology(_("抱歉，取号机没有纸了"), _("这次没有取号，您不需要取消什么。"), _AT_THE_DESK),
    "printer_silent": Apology(
        _("抱歉，打印机没有响应"), _("这次没有取号。如果有纸条打出来，请不要使用。"), _AT_THE_DESK
    ),
    "cover_open": Apology(_("抱歉，打印机的盖子没有关好"), _("这次没有取号，您不需要取消什么。"), _AT_THE_DESK),
    "no_number": Apology(
        _("抱歉，暂时连不上服务中心"),
        _("这台机器备用的号已经发完，这次没有取号。"),
        _("请过几分钟再试，或者到咨询台人工取号，也可以拨打下面的电话。"),
    ),
    "not_recorded": Apology(
        _("抱歉，这台机器现在不能取号"), _("这次没有取号。如果有纸条打出来，请不要使用。"), _AT_THE_DESK
    ),
    "out_of_order": Apology(_("抱歉，这项服务现在办不了"), _("您刚才的这一步没有办成。"), _COME_BACK),
    "spent": Apology(
        _("抱歉，这个取件码已经用过"),
        _("每个取件码只能打开柜门一次，柜门不会再次打开。"),
        _("如果东西不是您取走的，请马上拨打下面的电话。"),
    ),
    "locked_out": Apology(
        _("抱歉，取件暂停一会儿"),
        _("连续几次输入的号码都不对。为了保护大家的物品，这里暂时不接受取件码。您的物品安全地放在柜中。"),
        _("请对照短信，稍后再试；着急取件请拨打下面的电话。"),
    ),
    "busy": Apology(
        _("抱歉，这个柜门正在打开"), _("取件码正确，柜门已经收到开门的命令。"), _("请看一看柜子，柜门打开后取出物品。")
    ),
    "stuck": Apology(
        _("抱歉，这个柜门几次都没能打开"),
        _("您的物品还在柜中，取件码仍然有效。"),
        _("请拨打下面的电话，工作人员来为您开门。"),
    ),
    "pickup_door_stuck": Apology(
        _("抱歉，柜门没有打开"),
        _("您的物品还在柜中，取件码仍然有效。"),
        _("请轻推一下柜门，回到首页再试一次；还是打不开，请拨打下面的电话，工作人员来为您开门。"),
    ),
    "board_silent": Apology(
        _("抱歉，取件柜暂时打不开柜门"),
        _("柜中的物品都是安全的，取件码仍然有效。"),
        _("请过几分钟再试；着急取件请拨打下面的电话。"),
    ),
    "no_compartment": Apology(
        _("抱歉，没有放得下的空格口了"),
        _("物品还在您手里，没有存入。"),
        _("请返回选择小一些的格口，或者把物品送到窗口登记。"),
    ),
    "already_here": Apology(
        _("这件物品已经在柜中"),
        _("同一个编号的物品只能存一次，这次没有开门。"),
        _("请返回核对物品编号。"),
    ),
    "deposit_door_stuck": Apology(
        _("抱歉，柜门没有打开"),
        _("物品还在您手里，没有存入，市民不会收到短信。"),
        _("请返回再存一次，会换一个格口；同时请告诉技术人员这个柜门打不开。"),
    ),
    "staff_locked_out": Apology(
        _("抱歉，登录暂停一会儿"),
        _("连续几次输入的工号或密码都不对。"),
        _("请稍后再试；忘记密码请联系管理员重新设置。"),
    ),
}
"""By trouble, the words of `edge.terminal` and `edge.locker_screen`."""

MISTAKES: dict[str, str] = {
    "phone": _("手机号码应该是 11 位数字，第一位是 1。请检查一下。"),
    "pin": _("工号或密码不对，请核对后再输入。"),
    "pin_missing": _("请把工号和密码都填上。"),
    "item": _("请扫描或输入物品编号。"),
    "code": _("取件号或取件码不对，柜门没有打开。请对照短信再输入一次。"),
    "code_length": _("取件号是 4 位数字，取件码是 8 位数字，请对照短信填完整。"),
}
"""By mistake: said beside the field, with what was typed still in it."""


def apology(trouble: str) -> Apology:
    """Return the words for a trouble; of one that has none, that it cannot be done now."""
    return APOLOGIES.get(trouble, APOLOGIES["out_of_order"])
