// What the site answered for each photo of a gallery (`gallery_send.js`): a new row, in order of taking, or why not.
"use strict";
{
  const REASONS = {
    0: "La connexion est coupée : la photo repartira d’elle-même.",
    403: "Vous n’avez pas le droit d’ajouter des images.",
    413: "Ce fichier est trop lourd : 15 Mo au plus. Réduisez-le, puis redéposez-le.",
  };
  const SIGNED_OUT = "Votre session est fermée : reconnectez-vous dans un autre onglet, puis réessayez.";
  const UNKNOWN = "Le site n’a pas pu prendre cette photo. Réessayez dans un instant.";
  const part = (line, name) => line.querySelector(`[data-gallery-${name}]`);
  const isLater = (one, two) =>
    one.taken === two.taken
      ? one.name.localeCompare(two.name, "fr", { numeric: true }) > 0
      : (one.taken ?? Infinity) > (two.taken ?? Infinity);

  document.addEventListener("gallery:answer", ({ target: line, detail }) => {
    const { tools, name, status, response } = detail;
    line.isAdded = Boolean(response?.image);
    if (line.isAdded) addRow(tools, name, response);
    if (line.isAdded && !response.same) line.remove();
    else if (line.isAdded) say(line, `Déjà dans la médiathèque, sous le nom « ${response.same} » : elle y est deux fois.`);
    else say(line, response?.error ?? REASONS[status] ?? (status === 200 ? SIGNED_OUT : UNKNOWN), !response?.error);
    line.isHeldBack = status === 0;
    tellHowMany(tools);
  });

  function addRow(tools, name, { image, taken }) {
    const said = [...tools.querySelectorAll("[data-for-all]")].filter(({ value }) => value);
    const sent = (tools.sent ??= []);
    const photo = { name, taken };
    const { children } = tools.list;
    const next = sent.find((other) => isLater(other, photo) && children.includes(other.child));
    const words = Object.fromEntries(said.map(({ dataset, value }) => [dataset.forAll, value]));
    photo.child = tools.add(image, words, next ? next.child.index : children.length);
    sent.push(photo);
    sent.sort((one, two) => (isLater(one, two) ? 1 : -1));
  }

  function say(line, sentence, again = false) {
    line.querySelector("progress").hidden = true;
    part(line, "error").textContent = sentence;
    part(line, "retry").hidden = !again;
    part(line, "forget").hidden = false;
  }

  function tellHowMany(tools) {
    const lines = [...part(tools, "lines").children];
    if (lines.some((line) => part(line, "forget").hidden)) return;
    const added = tools.sent?.length ?? 0;
    const refused = lines.filter((line) => !line.isAdded).length;
    const several = (number) => (number > 1 ? "s" : "");
    part(tools, "status").textContent =
      `${added} photo${several(added)} ajoutée${several(added)}` +
      (refused ? `, ${refused} pas encore : voyez pourquoi ci-dessous.` : ". Dites ce que chacune montre.");
  }
}
