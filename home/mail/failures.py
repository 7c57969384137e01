"""Errors of sending: the reason of each, its French sentence for staff, and whether the message is tried again."""

import logging
import re
import smtplib
import socket
import ssl
from functools import singledispatch

import requests
from anymail.exceptions import AnymailError, AnymailRecipientsRefused

from home.mail.smtp import AnswerLost
from home.models.mail import INTERRUPTED, Failure, Reason, Retry

logger = logging.getLogger(__name__)

#: Words by which providers say that too much was sent for now, in English and French. Compared in lower case.
QUOTA_WORDS = re.compile(
    r"quota|throttl|too (many|much) (e-?mails?|messages?|mails?|connections?|sessions?|requests?|recipients?|sent)|"
    r"\b(rate|sending|sent|send|daily|hourly|monthly|user|e-?mails?|messages?|account|hour|day)[ -](\w+[ -])?limit|"
    r"limit on the (number|amount)|limits? .{0,60}(exceeded|reached)|"
    r"(exceed|reach)\w* .{0,60}\b(limit|maximum|allow)|credits?\b|"
    r"trop de (messages|courriels|mails|connexions)|(limite|plafond) .{0,60}(atteint|dépass)"
)
#: The size of this message, or its address: what is over a limit is not the provider's sending.
OTHER_LIMITS = re.compile(
    r"\b5\.(2\.3|3\.4|1\.\d)\b|(message|mail|data|header|line)s? .{0,20}(size|too (large|big|long))|"
    r"size (limit|exceed)"
)
#: The mailbox of the recipient.
FULL_MAILBOX = re.compile(
    r"\b[45]\.2\.2\b|mailbox .{0,30}(full|quota)|over ?quota|(disk|storage) .{0,20}(quota|full)|boîte pleine"
)
#: HTTP answers by which providers of Anymail say the same.
QUOTA_STATUSES = {402, 429}
LONGEST_QUOTE = 300


@singledispatch
def failure_of(error: Exception) -> Failure:
    """Return what staff read, and whether the message is tried again."""
    logger.error("A message could not be sent", exc_info=error)
    return Failure(
        Reason.UNEXPECTED,
        "Erreur imprévue pendant l’envoi ; le journal du site la donne en entier.",
        Retry.BOUNDED,
    )


@failure_of.register
def _(error: AnswerLost) -> Failure:
    return Failure(Reason.INTERRUPTED, INTERRUPTED)


@failure_of.register
def _(error: OSError) -> Failure:
    why = why_unreachable(error)
    sentence = f"Le serveur d’envoi ne répond pas ({why})."
    return Failure(Reason.UNREACHABLE, sentence, Retry.BOUNDED)


# SMTP


@failure_of.register
def _(error: smtplib.SMTPRecipientsRefused) -> Failure:
    code, answer = next(iter(error.recipients.values()))
    return judge_code(code, said(answer), refused=Reason.ADDRESS)


@failure_of.register
def _(error: smtplib.SMTPResponseException) -> Failure:
    return judge_code(error.smtp_code, said(error.smtp_error), refused=Reason.REJECTED)


@failure_of.register
def _(error: smtplib.SMTPAuthenticationError) -> Failure:
    words = quote(error.smtp_code, said(error.smtp_error))
    if is_quota(said(error.smtp_error)):
        return too_many(words)
    sentence = f"Le serveur d’envoi refuse les identifiants du site. {words}"
    return Failure(Reason.ACCESS, sentence, Retry.BOUNDED)


def judge_code(code: int, answer: str, *, refused: Reason) -> Failure:
    words = quote(code, answer)
    if FULL_MAILBOX.search(answer.lower()):
        return Failure(Reason.LATER, f"La boîte du destinataire est pleine. {words}", Retry.BOUNDED)
    if is_quota(answer):
        return too_many(words)
    if code < 500:
        return Failure(Reason.LATER, f"À essayer plus tard. {words}", Retry.ENDLESS)
    return Failure(refused, f"Refusé. {words}")


# Providers of Anymail, over HTTP


@failure_of.register
def _(error: AnymailRecipientsRefused) -> Failure:
    return Failure(Reason.ADDRESS, "Le prestataire refuse cette adresse.")


@failure_of.register
def _(error: AnymailError) -> Failure:
    if error.status_code is not None:
        return judge_status(error.status_code, said(getattr(error.response, "text", "") or ""))
    if isinstance(error, requests.RequestException):
        return judge_silence(error)
    logger.error("A message could not be sent", exc_info=error)
    sentence = "Le prestataire ne prend pas ce message ; le journal du site dit pourquoi."
    return Failure(Reason.REJECTED, sentence, Retry.BOUNDED)


def judge_status(status: int, answer: str) -> Failure:
    words = quote(status, answer)
    if status in QUOTA_STATUSES or is_quota(answer):
        return too_many(words)
    if status in {401, 403}:
        sentence = f"Le prestataire refuse la clé du site. {words}"
        return Failure(Reason.ACCESS, sentence, Retry.BOUNDED)
    if status == 408 or status >= 500:
        return Failure(Reason.LATER, f"À essayer plus tard. {words}", Retry.BOUNDED)
    return Failure(Reason.REJECTED, f"Refusé. {words}")


def judge_silence(error: requests.RequestException) -> Failure:
    """Judge a provider that was not reached, or did not answer after it had the message."""
    kinds = (requests.ConnectTimeout, ConnectionRefusedError, socket.gaierror, ssl.SSLError)
    if not any(isinstance(cause, kinds) for cause in causes(error)):
        return Failure(Reason.INTERRUPTED, INTERRUPTED)
    sentence = f"Le prestataire ne répond pas ({why_unreachable(error)})."
    return Failure(Reason.UNREACHABLE, sentence, Retry.BOUNDED)


# Words


def too_many(words: str) -> Failure:
    return Failure(Reason.QUOTA, f"Trop de messages pour l’instant. {words}", Retry.ENDLESS)


def quote(code: int, answer: str) -> str:
    return f"Réponse : {code} « {answer} »." if answer else f"Réponse : {code}."


def why_unreachable(error: Exception) -> str:
    for kind, words in (
        (ConnectionRefusedError, "connexion refusée"),
        (TimeoutError, "délai dépassé"),
        (socket.gaierror, "nom introuvable"),
        (ssl.SSLError, "la connexion chiffrée n’aboutit pas"),
        (smtplib.SMTPServerDisconnected, "connexion coupée"),
    ):
        if any(isinstance(cause, kind) for cause in causes(error)):
            return words
    return "réseau injoignable"


def causes(error: BaseException) -> list[object]:
    """Return the error and those inside it; the libraries keep them as arguments and attributes too."""
    waiting: list[object] = [error]
    seen: list[object] = []
    while waiting:
        one = waiting.pop()
        if isinstance(one, BaseException) and not any(one is other for other in seen):
            seen.append(one)
            waiting += [one.__cause__, one.__context__, getattr(one, "reason", None), *one.args]
    return seen


def is_quota(answer: str) -> bool:
    words = answer.lower()
    return bool(QUOTA_WORDS.search(words)) and not OTHER_LIMITS.search(words)


def said(answer: bytes | str) -> str:
    """Return the server's words in one line."""
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_QUOTE else f"{line[:LONGEST_QUOTE]}…"
