// What scripts add to pages that work without them: sorting, filtering, light or dark, the place one came for.
(function () {
  "use strict";

  function theme() {
    var button = document.querySelector(".theme");
    if (!button) return;
    button.hidden = false;
    button.addEventListener("click", function () {
      var root = document.documentElement;
      var dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
      root.dataset.theme = dark ? "light" : "dark";
      try { localStorage.setItem("openbudget-theme", root.dataset.theme); } catch (refused) { /* not kept */ }
    });
  }

  function value(cell) {
    var raw = cell.dataset.v || cell.textContent.trim();
    var number = Number(raw.replace(/[,，%]/g, "").replace("−", "-").replace(/\s*(万元|亿元|元)$/, ""));
    return raw === "" ? null : Number.isNaN(number) ? raw : number;
  }

  function compare(a, b) {
    if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
    if (typeof a === "number" && typeof b === "number") return a - b;
    return String(a).localeCompare(String(b), "zh-Hans", { numeric: true });
  }

  function sortable(table) {
    var body = table.tBodies[0];
    if (!body || body.rows.length < 2 || !table.tHead) return;
    var first = Array.prototype.slice.call(body.rows);
    Array.prototype.forEach.call(table.tHead.rows[0].cells, function (head, index) {
      if (head.classList.contains("chartcell")) return;
      var button = document.createElement("button");
      button.type = "button";
      while (head.firstChild) button.appendChild(head.firstChild);
      head.appendChild(button);
      head.setAttribute("aria-sort", "none");
      button.addEventListener("click", function () {
        var now = head.getAttribute("aria-sort");
        var next = now === "none" ? "ascending" : now === "ascending" ? "descending" : "none";
        Array.prototype.forEach.call(table.tHead.rows[0].cells, function (other) {
          if (other.hasAttribute("aria-sort")) other.setAttribute("aria-sort", "none");
        });
        head.setAttribute("aria-sort", next);
        var rows = first.slice();
        if (next !== "none") {
          var turn = next === "ascending" ? 1 : -1;
          rows.sort(function (one, other) {
            var a = value(one.cells[index]), b = value(other.cells[index]);
            return a === null || b === null ? compare(a, b) : turn * compare(a, b);
          });
        }
        rows.forEach(function (row) { body.appendChild(row); });
      });
    });
  }

  function filterable(table) {
    if (table.tBodies[0].rows.length < 8) return;
    var zh = document.documentElement.lang.indexOf("zh") === 0;
    var line = document.createElement("p"), label = document.createElement("label"), input = document.createElement("input");
    line.className = "filter";
    label.textContent = zh ? "筛选各行" : "Filter rows";
    input.type = "search";
    label.htmlFor = input.id = "filter";
    line.append(label, input);
    var frame = table.closest(".scroll");
    frame.parentNode.insertBefore(line, frame);
    input.addEventListener("input", function () {
      var wanted = input.value.trim().toLowerCase();
      Array.prototype.forEach.call(table.tBodies[0].rows, function (row) {
        row.hidden = wanted !== "" && row.textContent.toLowerCase().indexOf(wanted) < 0;
      });
    });
  }

  // a place of several lines: #L72-75
  function place() {
    document.querySelectorAll(".here").forEach(function (line) { line.classList.remove("here"); });
    var lines = /^#L(\d+)-(\d+)$/.exec(location.hash);
    if (lines) {
      for (var n = Number(lines[1]); n <= Number(lines[2]) && n < Number(lines[1]) + 500; n++) {
        var line = document.getElementById("L" + n);
        if (line) line.classList.add("here");
      }
    }
    var target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    document.querySelectorAll(".found").forEach(function (note) { note.remove(); });
    var title = target && target.tagName === "rect" && target.querySelector("title");
    if (title) { // a box on a page picture: say what is printed in it
      var note = document.createElement("p"), body = target.closest(".leafbody");
      note.className = "found";
      note.textContent = title.textContent;
      body.parentNode.insertBefore(note, body);
    }
    if (target && (target.closest(".lines, .pieces, .leaf, .tall"))) target.scrollIntoView({ block: "center" });
  }

  function contents() {
    if (!("IntersectionObserver" in window)) return;
    var links = {};
    document.querySelectorAll(".toc a").forEach(function (link) { links[link.hash.slice(1)] = link; });
    var watch = new IntersectionObserver(function (seen) {
      seen.forEach(function (entry) {
        if (!entry.isIntersecting) return;
        Object.keys(links).forEach(function (id) { links[id].removeAttribute("aria-current"); });
        var link = links[entry.target.getAttribute("aria-labelledby")];
        if (link) link.setAttribute("aria-current", "true");
      });
    }, { rootMargin: "-20% 0px -70% 0px" });
    document.querySelectorAll(".content > section").forEach(function (section) { watch.observe(section); });
  }

  theme();
  document.querySelectorAll("table.sortable").forEach(sortable);
  document.querySelectorAll("table.filterable").forEach(filterable);
  contents();
  place();
  addEventListener("hashchange", place);
})();
