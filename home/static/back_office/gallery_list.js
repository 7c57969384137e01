// A gallery in the page editor is Wagtail's list of blocks with tools above it. `tools.list` is that list, `tools.add` puts
// a photo in it, and `gallery:change` tells the other scripts of the gallery that its rows are others.
"use strict";
{
  class PictureListDefinition extends window.wagtailStreamField.blocks.ListBlockDefinition {
    render(...args) {
      const list = super.render(...args);
      const [container] = list.container;
      container.insertAdjacentHTML("beforebegin", this.meta.tools);
      container.classList.add("gallery-rows");
      const tools = container.previousElementSibling;
      const tell = () => tools.dispatchEvent(new CustomEvent("gallery:change", { bubbles: true }));
      for (const change of ["blockCountChanged", "moveBlock"]) {
        const former = list[change];
        list[change] = (...given) => {
          former.apply(list, given);
          tell();
        };
      }
      tools.list = list;
      tools.add = (image, said, index) => {
        const [, empty, id] = list._getChildDataForInsertion();
        const picture = { ...empty, ...said, image: { ...empty.image, image } };
        const child = list.insert(picture, index, { id });
        child.element.dispatchEvent(new Event("change", { bubbles: true })); // for the autosave
        return child;
      };
      tell();
      return list;
    }
  }

  window.telepath.register("home.blocks.PictureList", PictureListDefinition);
}
