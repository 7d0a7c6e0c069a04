// What the pages need beside the design system and htmx. Every page also works without this file.
"use strict";

// DKFDS.init() runs once for the page; fragments get their components one by one, because init() on a fragment
// skips the fragment's own root and doubles a menu item.
const COMPONENTS = [
  [".accordion, .accordion-bordered", (element) => new DKFDS.Accordion(element)],
  [".alert.has-close", (element) => new DKFDS.Alert(element)],
  ['[data-module="error-summary"]', (element) => new DKFDS.ErrorSummary(element)],
  [".form-limit", (element) => new DKFDS.CharacterLimit(element)],
  [".js-dropdown", (element) => new DKFDS.Dropdown(element)],
  [".tab-container", (element) => element.querySelector(".tab-panel") && new DKFDS.Tabs(element)],
  [".tooltip-wrapper", (element) => new DKFDS.Tooltip(element)],
  [".fds-modal", (element) => new DKFDS.Modal(element)],
];

function enliven(root) {
  for (const [selector, make] of COMPONENTS) {
    const own = root.matches?.(selector) ? [root] : [];
    for (const element of [...own, ...root.querySelectorAll(selector)]) make(element)?.init();
  }
}

document.addEventListener("DOMContentLoaded", () => {
  DKFDS.init();
  document.documentElement.classList.add("has-script");
});
document.addEventListener("htmx:load", (event) => {
  if (event.target !== document.body) enliven(event.target);
});

// A fragment that failed is told at the top of the page; nothing that was typed is lost.
function showFragmentError(shown) {
  const note = document.getElementById("fragment-error");
  if (note) note.hidden = !shown;
}
document.addEventListener("htmx:responseError", () => showFragmentError(true));
document.addEventListener("htmx:sendError", () => showFragmentError(true));
document.addEventListener("htmx:timeout", () => showFragmentError(true));
document.addEventListener("htmx:afterSwap", () => showFragmentError(false));

// A field that was changed while the answer was on its way is not drawn over. Nor is one that would look the
// same: a list that somebody has opened would close, and letters typed in it be forgotten.
let asked = new FormData();
document.addEventListener("htmx:beforeSend", (event) => {
  if (event.detail.requestConfig.verb === "post") asked = event.detail.requestConfig.formData;
});
document.addEventListener("htmx:oobBeforeSwap", (event) => {
  const { target, fragment } = event.detail;
  const fields = [...target.querySelectorAll("select[name], input[name]:not([type=checkbox])")];
  const isChanged = fields.some((field) => field.value !== (asked.get(field.name) ?? ""));
  if (isChanged || (fields.length && looksTheSame(fields, target, fragment))) event.detail.shouldSwap = false;
});
function looksTheSame(fields, target, fragment) {
  const drawn = (field) => fragment.querySelector(`[name="${field.name}"]`)?.value;
  return fragment.textContent === target.textContent && fields.every((field) => field.value === drawn(field));
}

// A button that copies a field's text; without scripts the text is marked and copied by hand.
function offerCopying() {
  for (const button of document.querySelectorAll("[data-copy]")) {
    const field = document.getElementById(button.dataset.copy);
    button.hidden = !navigator.clipboard;
    button.addEventListener("click", async () => {
      field.select();
      await navigator.clipboard.writeText(field.value);
      button.textContent = "Kopieret";
    });
  }
}
document.addEventListener("DOMContentLoaded", offerCopying);

// The session: a warning before it ends, and a way back that keeps what was typed.
const session = { warnAfter: 25 * 60, endAfter: 30 * 60, last: Date.now() };

function showSession(part) {
  const warning = document.getElementById("session-warning");
  if (!warning) return;
  warning.hidden = !part;
  for (const each of warning.querySelectorAll("[data-session]")) each.hidden = each.dataset.session !== part;
}

function followSession() {
  const idle = (Date.now() - session.last) / 1000;
  showSession(idle > session.endAfter ? "over" : idle > session.warnAfter ? "soon" : "");
}

function renewToken(token) {
  document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": token }));
  for (const field of document.querySelectorAll('input[name="csrfmiddlewaretoken"]')) field.value = token;
}

async function renewSession() {
  try {
    const response = await fetch(document.body.dataset.sessionUrl, { redirect: "manual", cache: "no-store" });
    if (!response.ok) return followSession();
    renewToken((await response.json()).csrf);
    session.last = Date.now();
  } catch {
    // No connection: what is shown stays as it was.
  }
  followSession();
}

if (document.body.dataset.sessionUrl) {
  session.endAfter = 60 * Number(document.body.dataset.sessionMinutes);
  session.warnAfter = session.endAfter - 5 * 60;
  setInterval(followSession, 15 * 1000);
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-session-renew]")) renewSession();
  });
  document.addEventListener("visibilitychange", () => {
    const ended = (Date.now() - session.last) / 1000 > session.endAfter;
    if (!document.hidden && ended) renewSession();
  });
  // An answer from the login page means that the session has ended: keep the page, say so.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const answeredBy = new URL(event.detail.xhr.responseURL || location.href, location.href).pathname;
    if (answeredBy === document.body.dataset.loginUrl) {
      event.detail.shouldSwap = false;
      session.last = 0;
      followSession();
    } else {
      session.last = Date.now();
    }
  });
}
