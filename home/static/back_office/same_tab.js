// One is back on the tab where one was, after saving and after a refusal: Wagtail opens the tab that the address names,
// and a form forgets it.
document.addEventListener(
  "submit",
  ({ target, submitter }) => {
    if (!target.matches("[data-edit-form]") || submitter?.hasAttribute("formaction")) return;
    target.action = target.action.replace(/#.*|$/, location.hash);
  },
  true,
);

// The tab in the address would scroll past the list of what was refused.
addEventListener("load", () =>
  requestAnimationFrame(() => document.querySelector("[data-refused]")?.scrollIntoView()),
);
