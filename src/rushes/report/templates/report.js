"use strict";
(() => {
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const byId = (id) => document.getElementById(id);
  byId("map")?.addEventListener("pointerover", (event) => {
    const tile = event.target.closest("#map > *");
    byId("readout").textContent = tile?.querySelector("title")?.textContent ?? "";
  });
  const closed = [];
  addEventListener("beforeprint", () => {
    for (const one of all("details:not([open])")) { one.open = true; closed.push(one); }
  });
  addEventListener("afterprint", () => { while (closed.length) closed.pop().open = false; });

  const filter = byId("filter");
  if (!filter) return;
  const items = all("[data-item]").map((node) => ({
    node,
    text: (node.textContent + " " + (node.closest("[data-group]")?.querySelector(":scope > h3")?.textContent ?? "")).toLowerCase(),
    severities: node.dataset.severity.split(" ").filter(Boolean),
  }));
  const hiddenKinds = new Set();

  const apply = () => {
    const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    let findings = 0;
    for (const { node, text, severities } of items) {
      const wanted = severities.length === 0 || severities.some((one) => !hiddenKinds.has(one));
      const show = wanted && words.every((word) => text.includes(word));
      node.hidden = !show;
      if (show && node.matches(".group .finding")) findings += 1;
    }
    for (const group of all("[data-group]")) group.hidden = !group.querySelector("[data-item]:not([hidden])");
    const active = words.length > 0 || hiddenKinds.size > 0;
    byId("nothing").hidden = !(active && findings === 0);
    byId("shown").textContent = active ? `${findings} of ${all(".group .finding").length} shown` : "";
  };

  const step = (by) => {
    const open = all(".finding").filter((node) => node.offsetParent !== null);
    if (open.length === 0) return;
    const at = open.indexOf(document.activeElement);
    const next = open[at < 0 ? (by > 0 ? 0 : open.length - 1) : Math.min(open.length - 1, Math.max(0, at + by))];
    next.focus({ preventScroll: true });
    next.scrollIntoView({ block: "center" });
  };

  const sortBy = (header, column) => {
    const up = header.getAttribute("aria-sort") !== "ascending";
    for (const other of all("th[aria-sort]")) other.removeAttribute("aria-sort");
    header.setAttribute("aria-sort", up ? "ascending" : "descending");
    const body = header.closest("table").tBodies[0];
    const value = (row) => row.cells[column].dataset.value;
    const compare = header.dataset.sort === "number"
      ? (a, b) => Number(value(a)) - Number(value(b))
      : (a, b) => value(a).localeCompare(value(b), undefined, { numeric: true });
    body.append(...[...body.rows].sort((a, b) => (up ? compare(a, b) : compare(b, a))));
  };

  byId("toolbar").hidden = false;
  filter.addEventListener("input", apply);
  for (const chip of all("[data-show]")) {
    chip.addEventListener("click", () => {
      const kind = chip.dataset.show;
      if (!hiddenKinds.delete(kind)) hiddenKinds.add(kind);
      chip.setAttribute("aria-pressed", String(!hiddenKinds.has(kind)));
      apply();
    });
  }
  for (const header of all("th[data-sort]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...header.childNodes);
    header.append(button);
    button.addEventListener("click", () => sortBy(header, header.cellIndex));
  }
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target === filter) {
      if (event.key === "Escape") { filter.value = ""; apply(); filter.blur(); }
      return;
    }
    if (event.key === "/") { event.preventDefault(); filter.focus(); filter.select(); }
    else if (event.key === "j") step(1);
    else if (event.key === "k") step(-1);
  });
})();
