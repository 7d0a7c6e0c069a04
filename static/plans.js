// Writing in the grid by keyboard, and dragging as an extra. Without this file every act has its own button.
"use strict";

const lines = () => [...document.querySelectorAll(".plan-grid a.line-text, .plan-grid .add-line")];
const cellOf = (element) => element.closest(".plan-cell");

function move(line, values) {
  const cell = cellOf(line);
  return htmx.ajax("POST", line.dataset.move, { source: line, target: cell, swap: "outerHTML", values });
}

// A row that was just moved keeps its tools open, for the next step.
document.addEventListener("DOMContentLoaded", () => {
  const row = location.hash.startsWith("#rolle-") && document.getElementById(location.hash.slice(1));
  const tools = row && row.querySelector(".row-tools");
  if (!tools) return;
  tools.open = true;
  tools.querySelector("summary").focus();
});

// One form at a time: opening another closes the one before, which saves it.
function closeOthers(form) {
  for (const other of document.querySelectorAll(".plan-grid .line-form")) {
    if (other !== form && !other.contains(form)) other.querySelector("[data-close]").click();
  }
}
document.addEventListener("htmx:load", (event) => {
  const form = event.target.querySelector?.(".line-form");
  if (!form || !form.closest(".plan-grid")) return;
  closeOthers(form);
  const text = form.querySelector("textarea");
  text.setSelectionRange(text.value.length, text.value.length);
});

// A text is saved as it is typed. Leaving the field saves nothing more, so that a button pressed next comes first.
document.addEventListener("change", (event) => {
  if (event.target.matches(".line-form textarea")) event.stopPropagation();
}, true);

// Two editions of one line are an answer, not a failure.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.xhr.status !== 409) return;
  event.detail.shouldSwap = true;
  event.detail.isError = false;
});

function besides(link, key) {
  const all = lines();
  if (key === "ArrowUp" || key === "ArrowDown") return all.filter((each) => column(each) === column(link));
  const row = link.closest("tr");
  const step = key === "ArrowRight" ? 1 : -1;
  const cell = row.children[cellOf(link).cellIndex + step];
  return cell?.querySelector("a.line-text, .add-line");
}
const column = (element) => cellOf(element).cellIndex;

function walk(event, link) {
  const found = besides(link, event.key);
  if (!Array.isArray(found)) return found?.focus();
  found[found.indexOf(link) + (event.key === "ArrowDown" ? 1 : -1)]?.focus();
}

function keyInGrid(event, link) {
  if (!event.key.startsWith("Arrow") || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const line = link.closest(".line");
  if (!event.altKey) return walk(event, link);
  if (!line) return;
  if (event.key === "ArrowUp") move(line, { retning: "op" });
  if (event.key === "ArrowDown") move(line, { retning: "ned" });
  if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
    const cell = line.closest("tr").children[column(link) + (event.key === "ArrowRight" ? 1 : -1)];
    if (cell?.dataset.cell) move(line, { til: cell.dataset.cell });
  }
}

function keyInForm(event, form) {
  if (event.key === "Escape") {
    event.preventDefault();
    form.querySelector("[data-close]").click();
  } else if (event.key === "Enter" && !event.shiftKey && event.target.matches("textarea")) {
    event.preventDefault();
    form.querySelector("[data-next]").click();
  }
}

document.addEventListener("keydown", (event) => {
  if (event.isComposing) return;
  const form = event.target.closest?.(".plan-grid .line-form");
  if (form) return keyInForm(event, form);
  const link = event.target.closest?.(".plan-grid a.line-text, .plan-grid .add-line");
  if (link) keyInGrid(event, link);
});

// Dragging
let dragged = null;

function unmark() {
  for (const each of document.querySelectorAll(".drop-before, .drop-here")) each.classList.remove("drop-before", "drop-here");
}

document.addEventListener("dragstart", (event) => {
  dragged = event.target.closest?.('.line[draggable="true"]');
  if (!dragged) return;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", dragged.dataset.line);
  dragged.classList.add("is-dragged");
});
document.addEventListener("dragover", (event) => {
  const cell = dragged && event.target.closest(".plan-cell");
  if (!cell) return;
  event.preventDefault();
  unmark();
  const before = event.target.closest(".line[data-line]");
  if (before && before !== dragged) before.classList.add("drop-before");
  else cell.classList.add("drop-here");
});
document.addEventListener("drop", (event) => {
  const cell = dragged && event.target.closest(".plan-cell");
  if (!cell) return;
  event.preventDefault();
  const before = event.target.closest(".line[data-line]");
  if (before === dragged) return;
  move(dragged, { til: cell.dataset.cell, ...(before ? { foer: before.dataset.line } : {}) });
});
document.addEventListener("dragend", () => {
  dragged?.classList.remove("is-dragged");
  dragged = null;
  unmark();
});
