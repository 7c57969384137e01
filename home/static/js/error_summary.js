// Moves the focus to the error summary of a form, so that it is read first.
// After the load event, because the URL's fragment would take the focus away again.
window.addEventListener("load", () => document.querySelector("[data-error-summary]")?.focus());
