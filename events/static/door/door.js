// The door: a tick goes to the telephone's queue first, then to the server. Without this script the page is a plain form.
"use strict";

(() => {
  const main = document.querySelector("[data-door]");
  const part = (name, root = document) => root.querySelector(`[data-${name}]`);
  if (!window.isSecureContext || !navigator.serviceWorker || !window.indexedDB) {
    part("insecure").hidden = false;
    return;
  }

  const HERE = location.pathname;
  const EVERY = 20_000;
  const AT_ONCE = 50;
  const search = part("search");
  const input = search.elements.q;
  const sessions = search.elements.session;
  const clock = new Intl.DateTimeFormat("fr", { timeZone: "Europe/Paris", hour: "numeric", minute: "2-digit" });
  const collator = new Intl.Collator("fr");
  let list = null;
  let queue = [];
  let told = [];
  let device = "";
  let online = true;
  let closed = false;
  let busy = false;
  let again = false;
  let scanned = false;

  const hour = (at) => {
    const parts = Object.fromEntries(clock.formatToParts(at).map((one) => [one.type, one.value]));
    return `${Number(parts.hour)}h${parts.minute === "00" ? "" : parts.minute}`;
  };
  const counted = (number, one, several) => `${number} ${number > 1 ? several : one}`;
  const ours = () => queue.filter((one) => one.door === HERE || one.event === list?.event);
  const unsent = () => ours().filter((one) => !one.refused);

  const say = (text, kind = "success") => {
    const notice = document.createElement("div");
    notice.className = `notice notice-${kind}`;
    notice.append(Object.assign(document.createElement("p"), { textContent: text }));
    part("said").replaceChildren(...(text ? [notice] : []));
  };

  // People of the list, and those written down here whom the server does not know yet.
  const people = () => {
    const known = new Set(list.people.map((one) => one.id));
    const added = ours().filter((one) => one.kind === "walk_in" && !one.refused && !known.has(one.registration));
    const written = added.map((one) => ({
      id: one.registration, name: one.name, structure: one.organisation, code: "", onSite: true, seats: {},
    }));
    return [...list.people, ...written].sort((one, other) => collator.compare(one.name, other.name));
  };
  const nameOf = (entry) =>
    entry.name || list?.people.find((one) => one.id === entry.registration)?.name || "Une personne";

  // When and by which telephone somebody is present, with what is not sent yet.
  const presence = (person) => {
    const seat = person.seats[sessions.value];
    let found = seat?.at ? { at: seat.at, device: seat.device } : null;
    for (const one of unsent()) {
      if (one.registration !== person.id || one.session !== sessions.value) continue;
      if (one.kind === "undone") found = null;
      else if (!found || one.at < found.at) found = { at: one.at, device };
    }
    return found;
  };
  const standing = (person) => {
    const seat = person.seats[sessions.value];
    const written = !list.people.includes(person);
    return [
      person.onSite && "sur place",
      !seat && !written && "pas inscrite à cette session",
      seat?.waiting && "sur liste d’attente",
      seat?.over && "hors quota",
    ].filter(Boolean).join(", ");
  };

  const row = (person) => {
    const element = part("row").content.firstElementChild.cloneNode(true);
    const there = presence(person);
    part("name", element).textContent = person.name;
    part("structure", element).textContent = person.structure;
    part("standing", element).textContent = standing(person);
    part("words", element).textContent = there
      ? `déjà pointée à ${hour(there.at)}${there.device ? ` (${there.device})` : ""}`
      : "";
    element.classList.toggle("door-person--present", Boolean(there));
    const button = element.querySelector("button");
    const hidden = document.createElement("span");
    hidden.className = "visually-hidden";
    hidden.textContent = there ? ` la présence de ${person.name}` : ` ${person.name}`;
    button.append(there ? "Annuler" : "Pointer", hidden);
    button.className = there ? "door-undo" : "door-tick";
    button.dataset.person = person.id;
    button.addEventListener("click", () => note(there ? "undone" : "present", person));
    return element;
  };

  const showList = () => {
    const everyone = people();
    const asked = doorCodes.read(input.value, list, scanned);
    const shown = everyone.filter((one) => {
      if (asked.wrong) return false;
      if (asked.code) return one.code === asked.code;
      const text = doorCodes.fold(`${one.name} ${one.structure}`);
      return asked.words.every((word) => text.includes(word));
    });
    if (asked.wrong) say(asked.wrong, "alert");
    const focused = document.activeElement?.dataset?.person;
    part("list").replaceChildren(...shown.map(row));
    if (focused) part("list").querySelector(`[data-person="${focused}"]`)?.focus();
    part("empty").hidden = shown.length > 0;
    part("empty").textContent = input.value ? "Personne ne correspond." : "Personne n’est inscrit pour le moment.";
    const present = everyone.filter(presence).length;
    part("present").textContent = counted(present, "personne présente", "personnes présentes");
    part("day").textContent = `sur ${counted(everyone.length, "inscription", "inscriptions")}`;
  };

  const showSessions = () => {
    const chosen = sessions.value;
    const now = Date.now();
    sessions.replaceChildren(...list.sessions.map((one) => new Option(one.title, one.id)));
    const known = list.sessions.some((one) => one.id === chosen);
    const next = list.sessions.find((one) => !one.end || one.end > now) ?? list.sessions.at(-1);
    sessions.value = known ? chosen : next.id;
    part("sessions").hidden = list.sessions.length === 1;
  };

  const showSent = () => {
    const number = unsent().length;
    const line = part("sent");
    line.hidden = false;
    line.classList.toggle("door-sent--waiting", number > 0);
    if (closed && number) {
      line.textContent =
        `Ce lien ne marche plus : ouvrez le nouveau lien de l’accueil pour envoyer ${counted(number, "pointage", "pointages")}. ` +
        "Ce téléphone les garde.";
    } else if (number) line.textContent = `${number} à envoyer${online ? "" : " (hors ligne : l’envoi reprendra seul)"}`;
    else line.textContent = online ? "Tout est envoyé." : "Hors ligne. Tout est envoyé.";
  };

  const showTrouble = () => {
    const entries = ours().filter((one) => one.refused || one.failed);
    const lines = [
      ...entries.map((one) => ({
        text: `${nameOf(one)} : ${one.refused || "le serveur n’a pas pris ce pointage. Il reste à envoyer, un autre essai suit."}`,
        seen: one.refused && (() => forget(one)),
      })),
      ...told.map((one) => ({ text: one, seen: () => (told = told.filter((other) => other !== one)) })),
    ];
    part("trouble-list").replaceChildren(
      ...lines.map(({ text, seen }) => {
        const item = Object.assign(document.createElement("li"), { textContent: `${text} ` });
        if (seen) {
          const button = Object.assign(document.createElement("button"), { type: "button", className: "button-text", textContent: "C’est vu" });
          button.addEventListener("click", async () => { await seen(); show(); });
          item.append(button);
        }
        return item;
      }),
    );
    part("trouble").hidden = lines.length === 0;
  };

  const show = () => {
    if (list) showList();
    showSent();
    showTrouble();
    part("device").textContent = device && `Ce téléphone s’appelle ${device}.`;
  };

  const forget = async (entry) => {
    queue = queue.filter((one) => one.uuid !== entry.uuid);
    await doorStore.dropEntry(entry.uuid);
  };

  const add = async (entry) => {
    const uuid = crypto.randomUUID();
    const whole = { uuid, registration: uuid, session: sessions.value, at: Date.now(), event: list.event, door: HERE, ...entry };
    await doorStore.keepEntry(whole);
    queue.push(whole);
    show();
    sync();
  };
  const note = async (kind, person) => {
    input.value = "";
    scanned = false;
    say(`${person.name} : ${kind === "present" ? "présence notée." : "présence annulée."}`);
    await add({ kind, registration: person.id });
  };

  const post = (data) =>
    fetch(`${HERE}liste/`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ ...data, device, now: Date.now() }),
    });

  // Sends entries together; if the server fails, one by one, so that one that it cannot take does not keep the others.
  const sendPart = async (entries) => {
    const plain = entries.map(({ failed, event, door, ...entry }) => entry);
    const answer = await post({ entries: plain });
    if (answer.status >= 500 && entries.length > 1) {
      for (const one of entries) await sendPart([one]);
      return;
    }
    for (const one of entries) one.failed = answer.status >= 500;
    if (!answer.ok) return;
    const byId = new Map(entries.map((one) => [one.uuid, one]));
    for (const said of (await answer.json()).answers) {
      const entry = byId.get(said.uuid);
      if (said.refused) {
        entry.refused = said.refused;
        await doorStore.keepEntry(entry);
      } else {
        if (said.known) told.push(`${nameOf(entry)} : ${said.known}.`);
        await forget(entry);
      }
    }
  };

  const send = async () => {
    const entries = unsent();
    for (let first = 0; first < entries.length; first += AT_ONCE) await sendPart(entries.slice(first, first + AT_ONCE));
  };

  const refresh = async () => {
    const answer = await fetch(`${HERE}liste/`, { cache: "no-store" });
    if (answer.status === 404 || answer.status === 410) return leave();
    if (!answer.ok) return;
    list = await answer.json();
    await doorStore.keepList(HERE, list);
    part("title").textContent = list.title;
    showSessions();
    device ||= (await doorStore.device(list.event)) || (await askName());
    navigator.serviceWorker.register(new URL("../ouvrier.js", location.href));
  };
  const askName = async () => {
    const answer = await post({ newcomer: true });
    if (!answer.ok) return "";
    const name = (await answer.json()).device;
    await doorStore.keepDevice(list.event, name);
    return name;
  };

  // The door is gone: what is kept of it goes too, but not what was never sent.
  const leave = async () => {
    closed = true;
    list = null;
    await doorStore.dropList(HERE);
    queue = await doorStore.queue();
    part("list").replaceChildren();
    part("people").hidden = part("search").hidden = part("walk-in").hidden = true;
    part("present").textContent = part("day").textContent = "";
    if (unsent().length || !(await doorStore.eraseAll())) return;
    await caches.delete("accueil");
    for (const one of await navigator.serviceWorker.getRegistrations()) {
      if (one.scope.endsWith(new URL("..", location.href).pathname)) await one.unregister();
    }
    location.reload();
  };

  const sync = async () => {
    if (busy) { again = true; return; }
    busy = true;
    try {
      do {
        again = false;
        await send();
        await refresh();
        online = true;
      } while (again && !closed);
    } catch {
      online = false;
    } finally {
      busy = false;
      show();
    }
  };

  const walkIn = part("walk-in");
  let warned = "";
  walkIn.querySelector("form").addEventListener("submit", async (event) => {
    event.preventDefault();
    const form = event.target;
    const wrong = part("walk-in-error", walkIn);
    const data = Object.fromEntries(new FormData(form));
    const name = (data.name || "").trim();
    const known = people().find((one) => doorCodes.fold(one.name) === doorCodes.fold(name));
    let sentence = "";
    if (!name) sentence = "Écrivez le prénom et le nom de la personne.";
    else if (!form.elements.email.checkValidity()) sentence = "L’adresse e-mail n’est pas complète.";
    else if (!form.elements.consent.checked) sentence = "Demandez à la personne si elle est d’accord, puis cochez la case.";
    else if (known && warned !== name) {
      warned = name;
      sentence = `${known.name} est déjà sur la liste : cherchez son nom. Si c’est une autre personne, ajoutez-la encore une fois.`;
    }
    wrong.hidden = !sentence;
    wrong.textContent = sentence;
    if (sentence) return;
    form.reset();
    walkIn.open = false;
    say(`${name} : présence notée, sur place.`);
    walkIn.querySelector("summary").focus();
    await add({ kind: "walk_in", name, email: data.email, organisation: data.organisation, consent: true });
  });

  search.addEventListener("submit", (event) => event.preventDefault());
  part("people").addEventListener("submit", (event) => event.preventDefault());
  input.addEventListener("input", () => { scanned = false; say(""); if (list) showList(); });
  sessions.addEventListener("change", () => list && showList());

  const camera = part("camera");
  if ("BarcodeDetector" in window && navigator.mediaDevices) {
    part("scan").hidden = false;
    part("scan").addEventListener("click", async () => {
      const video = camera.querySelector("video");
      try {
        video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      } catch {
        say("La caméra n’est pas permise : cherchez le nom.", "alert");
        return;
      }
      const detector = new BarcodeDetector({ formats: ["qr_code"] });
      camera.showModal();
      await video.play();
      while (camera.open) {
        const [found] = await detector.detect(video);
        if (found) {
          scanned = true;
          input.value = found.rawValue.includes("://") ? "" : found.rawValue;
          camera.close();
          say("");
          if (input.value) showList();
          else say(doorCodes.read(found.rawValue, list, true).wrong, "alert");
        } else await new Promise((resolve) => setTimeout(resolve, 200));
      }
    });
    camera.addEventListener("close", () => {
      for (const track of camera.querySelector("video").srcObject.getTracks()) track.stop();
    });
  }

  const begin = async () => {
    await doorStore.dropOldLists();
    queue = await doorStore.queue();
    list = await doorStore.list(HERE);
    if (list) {
      part("title").textContent = list.title;
      showSessions();
      device = (await doorStore.device(list.event)) || "";
      show();
    }
    main.dataset.ready = "";
    await sync();
  };
  begin();
  setInterval(() => document.visibilityState === "visible" && !closed && sync(), EVERY);
  window.addEventListener("online", sync);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && !closed && sync());
})();
