// What was typed or scanned at the door: letters of a name, or a code, which changes nothing by itself.
"use strict";

const doorCodes = (() => {
  const OTHER_EVENT = "Ce code est celui d’un autre événement : rien n’est noté. Cherchez le nom.";
  const CANCELLED = "Cette inscription est annulée : rien n’est noté. Si la personne est là, ajoutez-la comme arrivée sur place.";
  const LINK =
    "C’est le lien personnel de son message, pas le code d’accueil : rien n’est noté, et le lien n’est pas ouvert. Cherchez le nom.";
  const UNKNOWN = "Ce code n’est pas celui d’une inscription à cet événement : rien n’est noté. Cherchez le nom.";
  const TYPED = /^[0-9A-HJKMNP-TV-Z]{4}[ -]?[0-9A-HJKMNP-TV-Z]{3}[0-9]$/;

  const fold = (text) =>
    text
      .toLowerCase()
      .replaceAll("œ", "oe")
      .replaceAll("æ", "ae")
      .normalize("NFKD")
      .replace(/\p{M}/gu, "")
      .replace(/[^\p{L}\p{N}]+/gu, " ")
      .trim();

  // Returns the code of somebody, what is wrong with it, or the words of a name. `scanned`: it cannot be a name.
  const read = (text, list, scanned = false) => {
    const typed = text.trim();
    if (typed.includes("://")) return { wrong: typed.includes("/inscriptions/") ? LINK : UNKNOWN };
    const found = typed.match(/^ACCUEIL:(\d+):([0-9A-Z]+)$/);
    if (found && Number(found[1]) !== list.event) return { wrong: OTHER_EVENT };
    let letters = typed.toUpperCase();
    if (/\d$/.test(letters)) letters = letters.replace(/[IL]/g, "1").replaceAll("O", "0");
    const code = found ? found[2] : TYPED.test(letters) ? letters.replace(/[ -]/g, "") : "";
    if (!code) return scanned ? { wrong: UNKNOWN } : { words: fold(typed).split(" ") };
    if (list.people.some((one) => one.code === code)) return { code };
    return { wrong: list.cancelled.includes(code) ? CANCELLED : UNKNOWN };
  };

  return { fold, read };
})();
