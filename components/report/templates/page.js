// The page's behaviour: sorting, the confusion matrix, tips, and all details open in print.
"use strict";
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  // Sorting. What has no number stays last, in either direction.
  const keyOf = (row, column) => {
    const cell = row.cells[column];
    if (!("value" in cell.dataset)) return cell.textContent.trim();
    const number = cell.dataset.value === "" ? NaN : Number(cell.dataset.value);
    return Number.isNaN(number) ? null : number;
  };
  const compare = (a, b, sign) => {
    if (a === null || b === null) return (a === null) - (b === null);
    return sign * (typeof a === "string" ? a.localeCompare(b) : a - b);
  };
  const sort = (table, column) => {
    const heading = table.tHead.rows[0].cells[column];
    const first = heading.classList.contains("n") ? "descending" : "ascending";
    const other = first === "ascending" ? "descending" : "ascending";
    const order = heading.getAttribute("aria-sort") === first ? other : first;
    all("th[aria-sort]", table.tHead).forEach((each) => each.removeAttribute("aria-sort"));
    heading.setAttribute("aria-sort", order);
    const body = table.tBodies[0];
    const sign = order === "ascending" ? 1 : -1;
    body.append(...[...body.rows].sort((a, b) => compare(keyOf(a, column), keyOf(b, column), sign)));
  };
  all("table.sortable").forEach((table) => {
    [...table.tHead.rows[0].cells].forEach((heading, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...heading.childNodes);
      heading.append(button);
      button.addEventListener("click", () => sort(table, column));
    });
  });

  // The confusion matrix: totals are counted here, so that a cell carries its rows only.
  const matrix = document.getElementById("matrix");
  const reading = document.getElementById("reading");
  const lines = matrix ? [...matrix.tBodies[0].rows].map((row) => [...row.cells].slice(1)) : [];
  const rowsOf = (cell) => Number(cell.dataset.rows || 0);
  const total = (cells) => cells.reduce((sum, cell) => sum + rowsOf(cell), 0);
  const ofActual = lines.map(total);
  const ofPredicted = lines.map((_, column) => total(lines.map((line) => line[column])));
  const largest = Math.max(1, ...lines.flat().map(rowsOf));
  const names = lines.map((line) => line[0].parentNode.cells[0].textContent);
  const share = (rows, whole) => `${((100 * rows) / whole).toFixed(1)} %`;
  const show = (mode) => {
    lines.forEach((line, i) => line.forEach((cell, j) => {
      const rows = rowsOf(cell);
      const whole = { actual: ofActual[i], predicted: ofPredicted[j], rows: largest }[mode];
      const value = rows / (whole || 1);
      // Counts differ by orders of magnitude: the root lets small ones be seen.
      const strength = mode === "rows" ? Math.sqrt(value) : value;
      cell.style.setProperty("--v", strength.toFixed(3));
      cell.textContent = rows ? (mode === "rows" ? rows : Math.round(100 * value)) : "";
    }));
  };
  let here = [0, 0];
  const read = (i, j) => {
    const rows = rowsOf(lines[i][j]);
    const parts = [i === j
      ? `${rows} of ${ofActual[i]} rows of ${names[i]} were recognised`
      : `${rows} of ${ofActual[i]} rows of ${names[i]} were taken for ${names[j]}`];
    if (ofActual[i]) parts.push(`${share(rows, ofActual[i])} of the class`);
    if (ofPredicted[j]) parts.push(`${share(rows, ofPredicted[j])} of the ${ofPredicted[j]} rows given ${names[j]}`);
    reading.textContent = `${parts.join("; ")}.`;
    all(".on, .picked", matrix).forEach((each) => each.classList.remove("on", "picked"));
    lines[i][j].classList.add("picked");
    lines[i][0].parentNode.cells[0].classList.add("on");
    matrix.tHead.rows[0].cells[j + 1].classList.add("on");
  };
  const place = (target) => {
    const cell = target.closest("td");
    return cell && [cell.parentNode.sectionRowIndex, cell.cellIndex - 1];
  };
  if (lines.length) {
    show("actual");
    all('input[name="mode"]').forEach((input) => {
      input.addEventListener("change", () => show(input.value));
      if (input.checked) show(input.value);
    });
    for (const event of ["pointerover", "click", "focusin"]) {
      matrix.addEventListener(event, ({ target }) => {
        const found = place(target);
        if (!found) return;
        read(...found);
        if (event === "pointerover") return;
        lines[here[0]][here[1]].tabIndex = -1;
        here = found;
        lines[here[0]][here[1]].tabIndex = 0;
      });
    }
    const steps = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
    matrix.addEventListener("keydown", (event) => {
      const step = steps[event.key];
      const found = step && place(event.target);
      if (!found) return;
      event.preventDefault();
      const next = lines[found[0] + step[0]]?.[found[1] + step[1]];
      if (next) next.focus();
    });
  }

  // Tips of charts, for a pointer or a finger; the same numbers are in tables for everyone else.
  const tip = document.getElementById("tip");
  const showTip = ({ target, clientX, clientY }) => {
    const source = target.closest && target.closest("[data-tip]");
    tip.hidden = !source;
    if (!source) return;
    tip.textContent = source.dataset.tip;
    const { width, height } = tip.getBoundingClientRect();
    tip.style.left = `${Math.max(4, Math.min(clientX + 12, innerWidth - width - 4))}px`;
    tip.style.top = `${clientY + 18 + height > innerHeight ? clientY - height - 10 : clientY + 18}px`;
  };
  for (const event of ["pointermove", "pointerdown"]) document.addEventListener(event, showTip);
  document.addEventListener("scroll", () => { tip.hidden = true; }, { passive: true });

  // The section in view is marked in the contents.
  const links = new Map(all(".contents a").map((link) => [link.hash.slice(1), link]));
  const watcher = new IntersectionObserver((entries) => entries.forEach(({ target, isIntersecting }) => {
    if (!isIntersecting) return;
    links.forEach((link) => link.removeAttribute("aria-current"));
    links.get(target.id).setAttribute("aria-current", "true");
  }), { rootMargin: "-15% 0px -75%" });
  links.forEach((_, id) => watcher.observe(document.getElementById(id)));

  let opened = [];
  addEventListener("beforeprint", () => {
    opened = all("details:not([open])");
    opened.forEach((each) => { each.open = true; });
  });
  addEventListener("afterprint", () => opened.forEach((each) => { each.open = false; }));
})();
