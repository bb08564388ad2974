"use strict";
for (const section of document.querySelectorAll("[data-report]")) {
  const form = section.querySelector("form");
  const cards = [...section.querySelectorAll(".finding")];
  const status = section.querySelector(".status");
  if (!form || !status) continue;
  form.hidden = false;
  const show = () => {
    const rule = form.elements.rule.value, table = form.elements.table.value, severity = form.elements.severity.value;
    const words = form.elements.words.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const card of cards) {
      const text = words.length ? card.textContent.toLowerCase() : "";
      const fits = (!rule || card.dataset.rule === rule) && (!table || card.dataset.table === table) &&
        (!severity || card.dataset.severity === severity) && words.every((word) => text.includes(word));
      card.hidden = !fits;
      shown += fits;
    }
    status.textContent = status.dataset.words.replace("{shown}", shown).replace("{total}", cards.length);
  };
  form.addEventListener("input", show);
  form.addEventListener("submit", (event) => event.preventDefault());
  show();
}
