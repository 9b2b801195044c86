"""Why the bank opens nothing, in the words of a person who would say it at the counter: what it is, and what to do."""

from locker.step import Reason
from wire.errors import Refused

SENTENCES: dict[Reason, str] = {
    # a code
    "wrong_code": "取件号或取件码不对，请核对短信后重新输入。",
    "wrong_tail": "手机号后四位不对，请输入收到短信的那个手机号的后四位。",
    "wrong_card": "身份证与收件人不一致，请由收件人本人持身份证领取。",
    "needs_tail": "请再输入收件手机号的后四位。",
    "needs_card": "这件物品需要核对身份，请把身份证放在读卡区。",
    "locked_out": "输错次数过多，请稍后再试；也可以扫描取件二维码。",
    "spent": "这个取件码已经用过，柜门不会再次打开。",
    # a QR code
    "forged": "这个二维码不是服务中心发出的，请打开短信里的链接，重新出示二维码。",
    "foreign": "这个二维码对应的物品不在这组柜子里，请核对短信里的地点。",
    "not_here": "柜中没有这个二维码对应的物品，可能已经取走；有疑问请拨打咨询电话。",
    "old_issue": "取件码已经更换，请使用最新短信里的取件码或二维码。",
    "too_early": "还没有到取件时间，请在短信里写明的时间再来。",
    "expired": "这个二维码已经过期，请打开短信里的链接，重新获取二维码。",
    # a door
    "busy": "柜门正在打开，请看一下您的格口。",
    "stuck": "柜门没能打开，取件码仍然有效，请联系工作人员。",
    "board_silent": "柜机暂时没有响应，请稍后再试或联系工作人员。",
    "door_open": "柜门还开着，请先关好柜门，再试一次。",
    # a deposit
    "no_compartment": "没有合适的空格口，请换一个尺寸或联系工作人员。",
    "no_low_compartment": "没有空的低位格口，请选择其他格口，或请工作人员帮您存放。",
    "already_here": "这个物品已经在柜中，请核对物品编号。",
    "no_such_number": "柜中没有这个取件号的物品，请核对后重新输入。",
    "not_same_person": "这个格口里是另一位群众的物品，不能放在一起，请另选一个格口。",
    "no_reservation": "没有找到这个预约，或者预约已经到期，请重新预约或直接存件。",
    "too_late": "这一步已经结束，不能再更改，请返回首页查看。",
    "disk_full": "柜机暂时不能存入新的物品，已经存入的仍可取出；请联系工作人员。",
    # an item
    "no_such_item": "柜中没有这件物品，请核对物品编号。",
    "not_yours": "这件物品不由您领取，请交给负责的工作人员处理。",
    "misplaced": "这件物品的存放位置正在核实，暂时不能取出，请拨打咨询电话，工作人员来为您找。",
    "not_lent": "这件物品没有借出记录，请核对物品编号，或联系工作人员。",
    "not_alone": "同一格口里还有其他物品，不能单独改为送达，请一起领取。",
    # a compartment
    "no_such_compartment": "没有这个编号的格口，请核对后重新选择。",
    "blocked": "这个格口已经停用，请另选一个格口。",
    "already_reserved": "这个预约已经登记过，不需要再次登记。",
    "needs_witness": "格口里有物品，需要另一位工作人员一起确认才能打开。",
    "governed": "这段时间由工作人员打开的格口太多，请过一会儿再试。",
    "nothing_to_settle": "这个格口没有需要核实的存取，请核对格口编号。",
}


class LockerRefused(Refused):
    """The bank opens nothing; `until` and `wait_s` say when asking again makes sense, where that is known.

    `until` is an instant of `Clock.steady`.
    """

    def __init__(self, reason: Reason, until: int | None = None, wait_s: int = 0) -> None:
        super().__init__(reason, SENTENCES[reason])
        self.until = until
        self.wait_s = wait_s
