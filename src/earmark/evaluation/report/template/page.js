"use strict";
(() => {
  const root = document.documentElement;
  const button = document.getElementById("theme");
  const asked = matchMedia("(prefers-color-scheme: dark)");
  const dark = () => (root.dataset.theme ? root.dataset.theme === "dark" : asked.matches);
  const show = () => { button.textContent = dark() ? "Light" : "Dark"; };
  button.hidden = false;
  button.addEventListener("click", () => { root.dataset.theme = dark() ? "light" : "dark"; show(); });
  asked.addEventListener("change", show);
  show();

  // One player at a time.
  document.addEventListener("play", (event) => {
    for (const other of document.querySelectorAll("audio")) if (other !== event.target) other.pause();
  }, true);

  // What is folded is printed too.
  addEventListener("beforeprint", () => {
    for (const one of document.querySelectorAll("details:not([open])")) { one.open = true; one.dataset.shut = ""; }
  });
  addEventListener("afterprint", () => {
    for (const one of document.querySelectorAll("details[data-shut]")) { one.open = false; delete one.dataset.shut; }
  });

  // A click on a heading sorts by its column, a second one the other way round.
  for (const table of document.querySelectorAll("table.sortable")) {
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, column) => {
      const inside = document.createElement("button");
      inside.type = "button";
      inside.append(...head.childNodes);
      head.append(inside);
      inside.addEventListener("click", () => {
        const down = head.getAttribute("aria-sort") === "descending";
        const value = (row) => row.cells[column].dataset.value ?? row.cells[column].textContent.trim();
        const rows = [...table.tBodies[0].rows].sort((a, b) => {
          const [one, other] = [value(a), value(b)];
          const way = one !== "" && other !== "" && !isNaN(one) && !isNaN(other)
            ? one - other : one.localeCompare(other, undefined, { numeric: true });
          return down ? way : -way;
        });
        table.tBodies[0].append(...rows);
        heads.forEach((each) => each.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", down ? "ascending" : "descending");
      });
    });
  }
})();
