// After each autosave, asks whether sessions have followed the start of their event. `data-follow` is the address that says it.
document.addEventListener("w-autosave:success", async () => {
  const place = document.querySelector("[data-follow]");
  if (!place) return;
  const answer = await fetch(place.dataset.follow);
  if (answer.ok) place.innerHTML = await answer.text();
});
