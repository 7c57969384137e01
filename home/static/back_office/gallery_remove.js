// From a row of a gallery to the screen that removes its photo from all pages, and back. The editor saves drafts by itself.
document.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-gallery-remove-photo]");
  if (!button) return;
  const { tools, child } = button.closest(".gallery-row-tools").gallery;
  const { image } = child.block.childBlocks.image.getState();
  if (!image) return;
  const address = tools.dataset.galleryRemove.replace("/0/", `/${image.id}/`);
  window.location.assign(`${address}?next=${encodeURIComponent(window.location.pathname)}`);
});
