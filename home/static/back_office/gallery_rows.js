// The rows of a gallery: their place by number, the page's image, and what is said of all photos at once.
"use strict";
{
  document.addEventListener("gallery:change", ({ target: tools }) => {
    const { children } = tools.list;
    tools.querySelector("[data-gallery-for-all]").hidden = !children.length;
    children.forEach((child, index) => {
      if (!child.galleryRow) {
        const row = tools.querySelector("[data-gallery-row]").content.firstElementChild;
        child.galleryRow = row.cloneNode(true);
        child.galleryRow.gallery = { tools, child };
        child.block.container[0].prepend(child.galleryRow);
        child.block.container[0].querySelector("section")?.removeAttribute("aria-labelledby"); // no landmark
      }
      const place = child.galleryRow.querySelector("[data-gallery-place]");
      place.value = index + 1;
      child.titleElement.text(index + 1);
      place.max = children.length;
    });
  });

  document.addEventListener("change", ({ target }) => {
    if (target.matches("[data-gallery-place]")) move(target);
    if (target.matches("[data-for-all]")) sayOfAll(target);
  });

  function move(place) {
    const { tools, child } = place.closest(".gallery-row-tools").gallery;
    const wanted = Math.min(Math.max(1, Math.round(place.value) || 1), tools.list.children.length);
    tools.list.moveBlock(child.index, wanted - 1);
    place.value = wanted;
    place.focus();
  }

  // What was said of one photo alone stays: only what is empty, to be checked or said of all before follows.
  function sayOfAll(field) {
    if (!field.value) return;
    const name = field.dataset.forAll;
    for (const child of field.closest("[data-gallery]").list.children) {
      const { input } = child.block.childBlocks[name].widget;
      if (["", "a-verifier", field.former].includes(input.value)) input.value = field.value;
    }
    field.former = field.value;
  }

  document.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-gallery-cover]");
    if (!button) return;
    const { child } = button.closest(".gallery-row-tools").gallery;
    const { image, decorative, alt_text: text } = child.block.childBlocks.image.getState();
    const chooser = document.getElementById("id_main_image-chooser")?.widget;
    if (!image || !chooser) return;
    chooser.setStateFromModalData(image);
    const [alt, mute] = ["alt", "decorative"].map((end) => document.getElementById(`id_main_image_${end}`));
    [alt.value, mute.checked] = [text ?? "", decorative];
    alt.dispatchEvent(new Event("change", { bubbles: true }));
    for (const each of document.querySelectorAll("[data-gallery-cover]"))
      each.setAttribute("aria-pressed", each === button);
  });
}
