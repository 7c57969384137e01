// Photos dropped on a gallery, or picked: two leave at a time, each with its progress. One that fails can be sent again;
// what a lost connection held back leaves by itself once it is there again. `gallery_receive.js` hears `gallery:answer`.
"use strict";
{
  const waiting = [];
  const underWay = new Set();

  document.addEventListener("change", ({ target }) => {
    if (!target.matches("[data-gallery-files]")) return;
    take(target.closest("[data-gallery]"), target.files);
    target.value = "";
  });

  for (const moment of ["dragover", "drop"])
    document.addEventListener(moment, (event) => {
      const tools = event.target.closest?.("[data-gallery]");
      if (!tools || !event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      if (moment === "drop") take(tools, event.dataTransfer.files);
    });

  function take(tools, files) {
    const model = tools.querySelector("[data-gallery-line]").content.firstElementChild;
    for (const file of files) {
      const line = model.cloneNode(true);
      line.querySelector("[data-gallery-name]").textContent = file.name;
      tools.querySelector("[data-gallery-lines]").append(line);
      line.send = () => {
        waiting.push({ tools, file, line });
        sendNext();
      };
      line.send();
    }
  }

  function sendNext() {
    while (underWay.size < 2 && waiting.length) send(waiting.shift());
  }

  function send({ tools, file, line }) {
    const request = new XMLHttpRequest();
    const body = new FormData();
    body.append("file", file);
    underWay.add(request);
    request.upload.onprogress = ({ loaded, total }) => {
      line.querySelector("progress").value = loaded / total;
    };
    request.onloadend = ({ target: { status, response } }) => {
      underWay.delete(request);
      const detail = { tools, name: file.name, status, response };
      line.dispatchEvent(new CustomEvent("gallery:answer", { bubbles: true, detail }));
      sendNext();
    };
    request.open("POST", tools.dataset.galleryUpload);
    request.responseType = "json";
    request.setRequestHeader("X-Requested-With", "XMLHttpRequest");
    request.setRequestHeader("X-CSRFToken", document.querySelector("[name=csrfmiddlewaretoken]")?.value);
    request.send(body);
  }
}
