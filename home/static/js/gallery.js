// Opens the pictures of a gallery in a dialog; without JavaScript they open as files.
function build() {
  const viewer = document.createElement("dialog");
  viewer.className = "viewer";
  viewer.setAttribute("aria-label", "Photo agrandie");
  viewer.innerHTML = `<img alt=""><p aria-live="polite"></p><div class="actions">
    <button type="button" data-step="-1">Précédente</button><span data-rank></span>
    <button type="button" data-step="1">Suivante</button>
    <button type="button" data-close>Fermer</button></div>`;
  document.body.append(viewer);
  return viewer;
}

for (const gallery of document.querySelectorAll("[data-gallery]")) {
  const links = [...gallery.querySelectorAll("[data-gallery-open]")];
  let viewer = null;
  let rank = 0;

  const show = (next) => {
    rank = (next + links.length) % links.length;
    const link = links[rank];
    const picture = viewer.querySelector("img");
    picture.src = link.href;
    picture.alt = link.querySelector("img").alt;
    const caption = link.closest("figure")?.querySelector("figcaption");
    viewer.querySelector("p").textContent = caption ? caption.innerText : "";
    viewer.querySelector("[data-rank]").textContent = `${rank + 1} sur ${links.length}`;
  };

  const prepare = () => {
    viewer = build();
    viewer.addEventListener("click", (event) => {
      const step = event.target.closest("[data-step]")?.dataset.step;
      if (step) show(rank + Number(step));
      else if (event.target === viewer || event.target.closest("[data-close]")) viewer.close();
    });
    viewer.addEventListener("keydown", (event) => {
      if (event.key === "ArrowLeft") show(rank - 1);
      if (event.key === "ArrowRight") show(rank + 1);
    });
    viewer.addEventListener("close", () => links[rank].focus());
  };

  gallery.addEventListener("click", (event) => {
    const link = event.target.closest("[data-gallery-open]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (!viewer) prepare();
    show(links.indexOf(link));
    viewer.showModal();
  });
}
