// After a form comes back, what is wrong with it is read first.
// Once all is loaded: before, the fragment of the address takes the focus away again.
window.addEventListener("load", () => document.querySelector("[data-error-summary]")?.focus());
