// The lines of photos that are not in the gallery yet: sent again, forgotten, and waited for before the page is saved.
"use strict";
{
  const start = (line) => {
    for (const name of ["retry", "forget"]) line.querySelector(`[data-gallery-${name}]`).hidden = true;
    line.querySelector("[data-gallery-error]").textContent = "";
    line.querySelector("progress").hidden = false;
    line.isHeldBack = false;
    line.send();
  };
  const lines = () => [...document.querySelectorAll("[data-gallery-lines] > li")];

  document.addEventListener("click", ({ target }) => {
    if (target.closest("[data-gallery-retry]")) start(target.closest("li"));
    if (target.closest("[data-gallery-forget]")) target.closest("li").remove();
  });

  addEventListener("online", () => lines().filter((line) => line.isHeldBack).forEach(start));

  // Before Wagtail's own listeners, which would show the page as being saved.
  addEventListener(
    "click",
    (event) => {
      const button = event.target.closest?.("[data-edit-form] [type=submit]");
      const busy = lines().find((line) => !line.querySelector("progress").hidden);
      if (!button || !busy) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      const status = busy.closest("[data-gallery]").querySelector("[data-gallery-status]");
      status.textContent = "Des photos partent encore : enregistrez quand elles sont arrivées.";
      status.focus();
    },
    true,
  );
}
