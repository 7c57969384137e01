// A question may be tied to a session added in the same sitting: its list follows the titles on the screen. Each new
// session gets its key here, which the server keeps (`events.models.event_form`).
const rows = () =>
  [...document.querySelectorAll("[data-session-key]")].filter(
    ({ form, name }) =>
      !name.includes("__prefix__") && form?.elements[name.replace(/uuid$/, "DELETE")]?.value !== "1",
  );

// crypto.randomUUID is missing on a site without https.
const newKey = () =>
  "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (figure) =>
    (figure ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (figure / 4)))).toString(16),
  );

function follow() {
  const sessions = rows().map((key) => {
    key.value ||= newKey();
    const title = key.form.elements[key.name.replace(/uuid$/, "title")]?.value.trim();
    return [title || "Session sans titre", key.value];
  });
  for (const list of document.querySelectorAll("[data-session-choice]")) {
    const chosen = list.value;
    const wanted = [["tout le monde", ""], ...sessions];
    const shown = [...list.options].map(({ text, value }) => [text, value]);
    if (JSON.stringify(shown) === JSON.stringify(wanted)) continue;
    list.replaceChildren(...wanted.map((one) => new Option(...one)));
    list.value = sessions.some(([, key]) => key === chosen) ? chosen : "";
  }
}

for (const moment of ["input", "focusin", "change"]) document.addEventListener(moment, follow);
// After the panel has added or removed a row.
document.addEventListener("click", () => setTimeout(follow));
