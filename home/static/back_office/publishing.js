// If the editor publishes during Wagtail's autosave of a new page, both requests would create it, and the second would
// be refused for its slug. So the form waits for the response, then submits, and autosave stops.
let saving = false;
let gone = false;
let waiting = null;

document.addEventListener("w-autosave:save", (event) => {
  if (gone) event.preventDefault();
  else saving = true;
});

for (const end of ["success", "error"]) {
  document.addEventListener(`w-autosave:${end}`, () => {
    saving = false;
    if (waiting) send(waiting);
  });
}

document.addEventListener(
  "submit",
  (event) => {
    if (!event.target.matches("[data-edit-form]")) return;
    gone = true;
    if (!saving) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    waiting = { form: event.target, name: event.submitter?.name, value: event.submitter?.value };
  },
  true,
);

// The button may be disabled or re-rendered by now, so a hidden field says which one was clicked.
function send({ form, name, value }) {
  waiting = null;
  if (name) {
    const choice = Object.assign(document.createElement("input"), { type: "hidden", name, value });
    form.append(choice);
  }
  form.requestSubmit();
}
