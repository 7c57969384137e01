// The picker of an empty end opens on the day of its start. `data-opens-on` on the end is the name of the start's field.
document.addEventListener("focusin", ({ target: end }) => {
  const wanted = end.dataset?.opensOn;
  if (!wanted || end.value) return;
  const prefix = end.name.slice(0, end.name.lastIndexOf("-") + 1);
  const start = end.form?.elements[prefix + wanted];
  const day = start?.value.match(/^(\d{1,2})\/(\d{1,2})\/(\d{4})/);
  if (!day) return;
  const [, date, month, year] = day.map(Number);
  window.jQuery(end).datetimepicker("setOptions", { defaultDate: new Date(year, month - 1, date) });
});

// A picker that was left with the Tab key closes: it would lie on the buttons below its field. It opens 100 ms after the
// focus, so it is closed later than that.
document.addEventListener("keydown", ({ key, target }) => {
  const field = key === "Tab" && window.jQuery(target);
  if (field && field.data("xdsoft_datetimepicker")) setTimeout(() => field.datetimepicker("hide"), 150);
});
