// Text pasted from Word, LibreOffice or a mail into a paragraph of a page's body: its titles and tables become blocks.
// What Draftail keeps by itself is left to it: plain text, paragraphs, lists, and what is copied from one of its fields.
"use strict";
{
  const STRUCTURE = /<h[1-6]\b|<table\b|role="heading"|mso-list:|class="?MsoTitle/i;
  const FAILED = "Ce texte n’a pas pu être mis en forme. Collez-le de nouveau, ou sans mise en forme : Ctrl+Maj+V.";

  class BodyDefinition extends window.wagtailStreamField.blocks.StreamBlockDefinition {
    render(...args) {
      const stream = super.render(...args);
      const [container] = stream.container;
      const status = document.createElement("p");
      status.className = "help";
      status.setAttribute("role", "status");
      container.append(status);
      // Before the editor's own listeners, which are on the document.
      container.addEventListener("paste", (event) => receive(event, stream, this.meta.clipboard, status), true);
      return stream;
    }
  }

  function receive(event, stream, address, status) {
    const html = event.clipboardData?.getData("text/html") ?? "";
    const child = stream.children.find(({ element }) => element.contains(event.target));
    if (child?.type !== "paragraph" || !STRUCTURE.test(html) || html.includes("data-draftail")) return;
    event.preventDefault();
    event.stopPropagation();
    status.textContent = "Mise en forme du texte collé…";
    const body = new URLSearchParams({ html, csrfmiddlewaretoken: window.wagtailConfig.CSRF_TOKEN });
    fetch(address, { method: "POST", body })
      .then((response) => response.json())
      .then(({ blocks, told, error }) => {
        if (blocks) insert(stream, child, blocks);
        status.textContent = error ?? told;
      })
      .catch(() => {
        status.textContent = FAILED;
      });
  }

  function insert(stream, child, blocks) {
    const isEmpty = !child.element.querySelector("[contenteditable=true]").textContent.trim();
    let index = child.index + 1;
    for (const { type, value } of blocks) {
      const [, , id] = stream._getChildDataForInsertion({ type });
      stream.insert({ type, value, id }, index, { animate: false });
      index += 1;
    }
    if (isEmpty && blocks.length) child.delete({ animate: false });
    stream.container[0].dispatchEvent(new Event("change", { bubbles: true })); // for the autosave
  }

  window.telepath.register("home.blocks.Body", BodyDefinition);
}
