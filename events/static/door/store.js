// What a telephone keeps of a door: the list, and what is not sent yet. Both are encrypted with a key that no script can read.
"use strict";

const doorStore = (() => {
  const NAME = "accueil";
  const STORES = ["keys", "lists", "queue"];
  let opened = null;
  let key = null;

  const open = () =>
    (opened ??= new Promise((resolve, reject) => {
      const request = indexedDB.open(NAME, 1);
      request.onupgradeneeded = () => STORES.forEach((name) => request.result.createObjectStore(name));
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    }));

  // Does one thing in one store, and returns its result once it is written.
  const act = async (name, mode, work) => {
    const transaction = (await open()).transaction(name, mode);
    const request = work(transaction.objectStore(name));
    return new Promise((resolve, reject) => {
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error);
    });
  };
  const get = (name, id) => act(name, "readonly", (store) => store.get(id));
  const all = (name) => act(name, "readonly", (store) => store.getAll());
  const put = (name, id, value) => act(name, "readwrite", (store) => store.put(value, id));
  const drop = (name, id) => act(name, "readwrite", (store) => store.delete(id));

  const makeKey = async () => {
    const known = await get("keys", "key");
    if (known) return known;
    const made = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
    // Another tab may have been faster: its key stays.
    await act("keys", "readwrite", (store) => store.add(made, "key")).catch(() => {});
    return get("keys", "key");
  };
  const theKey = () => (key ??= makeKey());

  const seal = async (value) => {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const data = new TextEncoder().encode(JSON.stringify(value));
    return { iv, data: await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await theKey(), data) };
  };
  const unseal = async ({ iv, data }) =>
    JSON.parse(new TextDecoder().decode(await crypto.subtle.decrypt({ name: "AES-GCM", iv }, await theKey(), data)));

  return {
    async list(address) {
      const kept = await get("lists", address);
      return kept && kept.until > Date.now() ? unseal(kept) : null;
    },
    async keepList(address, list) {
      await put("lists", address, { until: list.until, ...(await seal(list)) });
    },
    dropList: (address) => drop("lists", address),
    // Erases the lists of days that are over, whichever door they are of.
    async dropOldLists() {
      for (const address of await act("lists", "readonly", (store) => store.getAllKeys())) {
        const kept = await get("lists", address);
        if (kept && kept.until <= Date.now()) await drop("lists", address);
      }
    },
    async queue() {
      const entries = await Promise.all((await all("queue")).map(unseal));
      return entries.sort((one, other) => one.at - other.at);
    },
    async keepEntry(entry) {
      await put("queue", entry.uuid, await seal(entry));
    },
    dropEntry: (uuid) => drop("queue", uuid),
    device: (event) => get("keys", `device ${event}`),
    keepDevice: (event, name) => put("keys", `device ${event}`, name),
    // Erases everything, if no other door has a list or an entry here.
    async eraseAll() {
      if ((await all("lists")).length || (await all("queue")).length) return false;
      (await open()).close();
      opened = key = null;
      await new Promise((resolve) => {
        const request = indexedDB.deleteDatabase(NAME);
        request.onsuccess = request.onerror = request.onblocked = resolve;
      });
      return true;
    },
  };
})();
