// Loads an embedded frame on click; without JavaScript the link opens the other site.
for (const place of document.querySelectorAll("[data-frame]")) {
  place.querySelector("a")?.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const frame = document.createElement("iframe");
    frame.src = place.dataset.frame;
    frame.title = place.dataset.title;
    frame.allow = "fullscreen; picture-in-picture";
    frame.referrerPolicy = "strict-origin-when-cross-origin";
    place.replaceChildren(frame);
    frame.focus();
  });
}
