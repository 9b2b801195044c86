"""PURE: SMS in words: a kind of notice and its facts to the text that a person reads."""

from typing import NamedTuple

from central.config import CentralConfig
from central.notices import Facts, Kind
from wire.china import day_and_time

TEXTS: dict[Kind, dict[str, str]] = {
    "pickup": {
        "zh": "【{centre}】您的{label}已放入{place}{compartment}号格口。取件号{number}，取件码{code}，24小时可取。"
        "查看或委托他人：{link} 咨询电话{phone}。",
        "en": "[{centre}] Your {label} is in compartment {compartment} of {place}. Pickup number {number}, code {code},"
        " at any hour. See it, or send somebody: {link} Questions: {phone}.",
    },
    "added": {
        "zh": "【{centre}】您的{label}也已放入{place}{compartment}号格口，与之前的物品一起，"
        "仍凭取件号{number}和原取件码领取。"
        "咨询电话{phone}。",
        "en": "[{centre}] Your {label} was added to compartment {compartment} of {place}. Pickup number"
        " {number} and the"
        " code you have open it. Questions: {phone}.",
    },
    "reissued": {
        "zh": "【{centre}】您的{label}已换新取件码，原取件码作废。取件号{number}，新取件码{code}，"
        "地点{place}{compartment}号格口。"
        "咨询电话{phone}。",
        "en": "[{centre}] Your {label} has a new code; the old one opens nothing any more. Pickup number {number}, code"
        " {code}, compartment {compartment} of {place}. Questions: {phone}.",
    },
    "unchanged": {
        "zh": "【{centre}】抱歉，您的{label}刚才申请的取件码更改没有办成，原取件码仍然有效。查看或重新办理：{link} "
        "咨询电话{phone}。",
        "en": "[{centre}] We are sorry: the code of your {label} could not be changed, so the one from before still"
        " works. See it, or ask again: {link} Questions: {phone}.",
    },
    "redirected": {
        "zh": "【{centre}】您的{label}已申请免费送达，等待快递员到{place}取件，原取件码作废。"
        "改为自取请打开：{link} 咨询电话{phone}。",
        "en": "[{centre}] A courier will bring your {label} from {place}, free of charge; the code opens nothing"
        " any more. To collect it yourself after all: {link} Questions: {phone}.",
    },
    "pickup_again": {
        "zh": "【{centre}】您的{label}已改回自取，在{place}{compartment}号格口。取件号{number}，新取件码{code}，"
        "24小时可取。查看：{link} 咨询电话{phone}。",
        "en": "[{centre}] Your {label} waits for you again in compartment {compartment} of {place}. Pickup number"
        " {number}, new code {code}, at any hour. See it: {link} Questions: {phone}.",
    },
    "found": {
        "zh": "【{centre}】让您久等了。您的{label}已由两位工作人员核对，在{place}{compartment}号格口。"
        "取件号{number}，取件码{code}，24小时可取。咨询电话{phone}。",
        "en": "[{centre}] Thank you for waiting. Two of our staff have checked your {label}: it is in compartment"
        " {compartment} of {place}. Pickup number {number}, code {code}, at any hour. Questions: {phone}.",
    },
    "missing": {
        "zh": "【{centre}】抱歉，您的{label}不在{place}{compartment}号格口，我们正在查找，请先不要前来。"
        "查找结果会通知您，咨询电话{phone}。",
        "en": "[{centre}] We are sorry: your {label} is not in compartment {compartment} of {place}. We are looking"
        " for it and will tell you; please do not come yet. Questions: {phone}.",
    },
    "proxy": {
        "zh": "【{centre}】有人委托您代取{label}，地点{place}{compartment}号格口。取件号{number}，"
        "取件码{code}，24小时可取。"
        "如不认识委托人，请致电{phone}。",
        "en": "[{centre}] You were asked to collect {label} from compartment {compartment} of {place}. Pickup number"
        " {number}, code {code}, at any hour. If you do not know who asked, call {phone}.",
    },
    "overdue": {
        "zh": "【{centre}】您的{label}已在{place}{compartment}号格口存放{days}天，"
        "请尽快凭取件号{number}和取件码{code}领取。"
        "不便前来可委托他人：{link} 咨询电话{phone}。",
        "en": "[{centre}] Your {label} has been in compartment {compartment} of {place} for {days} days."
        " Please collect it"
        " with pickup number {number} and code {code}, or send somebody: {link} Questions: {phone}.",
    },
    "taken": {
        "zh": "【{centre}】您的{label}已于{place}取走。如非本人或委托人取件，请立即致电{phone}。",
        "en": "[{centre}] Your {label} was collected at {place}. If this was not you, call {phone} at once.",
    },
    "recalled": {
        "zh": "【{centre}】您的{label}已由工作人员从{place}收回保管，原取件码作废。领取方式请致电{phone}。",
        "en": "[{centre}] Our staff took your {label} back from {place} and keep it for you; the code opens nothing any"
        " more. How to get it: {phone}.",
    },
    "papers": {
        "zh": "【{centre}】您提交的{label}已于{at}存入{place}，以此时间为准。工作人员收取后会再通知您。"
        "咨询电话{phone}。",
        "en": "[{centre}] Your {label} was handed in at {place} on {at}, and this time counts. You will hear"
        " when our staff"
        " have it. Questions: {phone}.",
    },
    "papers_taken": {
        "zh": "【{centre}】您提交的{label}工作人员已收到，正在办理。咨询电话{phone}。",
        "en": "[{centre}] Our staff have received your {label} and are working on it. Questions: {phone}.",
    },
    "lent": {
        "zh": "【{centre}】您已借用{label}，请于{due}前还到{place}。感谢您爱护公共物品。咨询电话{phone}。",
        "en": "[{centre}] You borrowed {label}. Please bring it back to {place} by {due}. Questions: {phone}.",
    },
    "loan_due": {
        "zh": "【{centre}】您借用的{label}请于{due}前还到{place}。咨询电话{phone}。",
        "en": "[{centre}] Please bring {label} back to {place} by {due}. Questions: {phone}.",
    },
    "loan_overdue": {
        "zh": "【{centre}】您借用的{label}应于{due}归还，已逾期，请尽快还到{place}。如有困难请致电{phone}。",
        "en": "[{centre}] {label} was due at {place} on {due}. Please bring it back soon, or call {phone} if"
        " you cannot.",
    },
    "returned": {
        "zh": "【{centre}】您借用的{label}已归还到{place}，谢谢。咨询电话{phone}。",
        "en": "[{centre}] Thank you for bringing {label} back to {place}. Questions: {phone}.",
    },
    "delivering": {
        "zh": "【{centre}】您的{label}已由快递员取出，正在免费送往您登记的地址。收件时请把收件码{delivery}告诉快递员，"
        "此前请勿告诉任何人。咨询电话{phone}。",
        "en": "[{centre}] Your {label} is on its way to your address, free of charge. Tell the courier the"
        " code {delivery}"
        " when it is in your hands, and nobody before. Questions: {phone}.",
    },
    "delivered": {
        "zh": "【{centre}】您的{label}已送达签收。如非本人签收，请立即致电{phone}。",
        "en": "[{centre}] Your {label} was delivered and accepted. If this was not you, call {phone} at once.",
    },
    "handing": {
        "zh": "【{centre}】工作人员正在将{label}交给您。收到后请把收件码{delivery}告诉工作人员，此前请勿告诉任何人。"
        "咨询电话{phone}。",
        "en": "[{centre}] Our staff are handing {label} over to you. Tell them the code {delivery} when it is in your"
        " hands, and nobody before. Questions: {phone}.",
    },
    "called": {
        "zh": "【{centre}】{number}号，请到{counter}办理{service}。",
        "en": "[{centre}] Number {number}, please come to {counter} for {service}.",
    },
    "void": {
        "zh": "【{centre}】{number}号已过号作废，请重新取号。咨询电话{phone}。",
        "en": "[{centre}] Number {number} was passed and is no longer valid. Please take a new number."
        " Questions: {phone}.",
    },
}

WITH_CODE: frozenset[Kind] = frozenset({"pickup", "reissued", "pickup_again", "found", "proxy", "overdue"})


class Filled(NamedTuple):
    """What only the moment of sending knows: a zone's name, codes and links, which no row of the database holds."""

    place: str
    code: str = ""
    delivery: str = ""
    link: str = ""


def text(config: CentralConfig, kind: Kind, lang: str, facts: Facts, filled: Filled) -> str:
    """Return the SMS."""
    english = lang == "en"
    service, counter = config.service_of(facts.service), config.counter_of(facts.counter)
    return TEXTS[kind]["en" if english else "zh"].format(
        centre=config.centre,
        phone=config.phone,
        number=facts.number,
        label=_what(facts.label, english=english),
        compartment=facts.compartment,
        at=day_and_time(facts.at, english=english),
        due=day_and_time(facts.due, english=english),
        days=facts.days,
        service=(service.en if english else service.zh) if service else facts.service,
        counter=(counter.en if english else counter.zh) if counter else facts.counter,
        **filled._asdict(),
    )


def _what(label: str, *, english: bool) -> str:
    if not label:
        return "item" if english else "物品"
    return label if english else f"“{label}”"
