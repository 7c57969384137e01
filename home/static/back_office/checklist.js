// « Avant de publier » follows the draft: it is read again each time Wagtail has saved the draft by itself. A refusal
// stays until the next sending: its errors are those of a publication, which a draft is not asked for.
document.addEventListener("w-autosave:success", async () => {
  const list = document.querySelector("[data-checklist]:not([data-refused])");
  const [, before, page] = location.pathname.match(/^(.*\/)pages\/(\d+)\/edit\/$/) ?? [];
  if (!list || !page) return;
  const answer = await fetch(`${before}avant-de-publier/${page}/`);
  if (!answer.ok || answer.redirected) return;
  const folded = list.querySelector("details:not([open])");
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const wanted = fresh.querySelector("[data-checklist]");
  if (folded) wanted?.querySelector("details")?.removeAttribute("open");
  if (wanted) list.replaceWith(wanted);
});
