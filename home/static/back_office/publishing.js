// Publishing while Wagtail saves the draft by itself: both would make the page, and the second be refused for its
// address. The form waits for the answer, then goes; nothing is saved behind it.
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

// The button is disabled by now or drawn anew: a field says which one it was.
function send({ form, name, value }) {
  waiting = null;
  if (name) {
    const choice = Object.assign(document.createElement("input"), { type: "hidden", name, value });
    form.append(choice);
  }
  form.requestSubmit();
}
