"use strict";
(() => {
  const box = document.getElementById("filter");
  if (!box) return;
  const all = [...document.querySelectorAll("article")];
  const kinds = [...document.querySelectorAll("nav [type=checkbox]")];
  const text = new Map(all.map((one) => [one,
    (one.closest("section").firstElementChild.textContent + " " + one.textContent).toLowerCase()]));
  const visible = () => all.filter((one) => !one.hidden);

  function sift() {
    const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
    const wanted = new Set(kinds.filter((kind) => kind.checked).map((kind) => kind.value));
    for (const one of all)
      one.hidden = !wanted.has(one.className) || !words.every((word) => text.get(one).includes(word));
    const narrowed = words.length > 0 || wanted.size < kinds.length;
    for (const section of document.querySelectorAll("section[id]"))
      section.hidden = narrowed && !section.querySelector("article:not([hidden])");
    for (const sum of document.querySelectorAll(".sum")) sum.hidden = narrowed;
    const shown = visible().length;
    document.getElementById("shown").textContent = narrowed ? shown + " of " + all.length + " shown" : "";
  }

  function step(by) {
    const list = visible();
    if (!list.length) return;
    const at = list.indexOf(document.activeElement);
    const next = at < 0 ? (by > 0 ? 0 : list.length - 1) : Math.min(Math.max(at + by, 0), list.length - 1);
    list[next].focus();
    list[next].scrollIntoView({ block: "nearest" });
  }

  box.addEventListener("input", sift);
  for (const kind of kinds) kind.addEventListener("change", sift);
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target === box) {
      if (event.key === "Escape") { box.value = ""; sift(); box.blur(); }
      if (event.key === "Enter") { box.blur(); step(1); }
      return;
    }
    const kind = kinds.find((one) => one.value[0] === event.key);
    if (event.key === "/") { event.preventDefault(); box.focus(); box.select(); }
    else if (event.key === "j") step(1);
    else if (event.key === "k") step(-1);
    else if (event.key === "Escape") { box.value = ""; for (const one of kinds) one.checked = true; sift(); }
    else if (kind) { kind.checked = !kind.checked; sift(); }
  });
  sift();
})();
