// Everything works without this file; with it a few things are quicker. Nothing is sent anywhere but to this server.
"use strict";
const root = document.documentElement;
root.classList.add("js");
const kept = (() => { try { return localStorage.getItem("theme"); } catch { return null; } })();
if (kept) root.dataset.theme = kept;
document.querySelector("[data-theme-switch]")?.addEventListener("click", () => {
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  try { localStorage.setItem("theme", root.dataset.theme); } catch { /* the choice then lasts as long as the page */ }
});

// Search as you type: the form's own address answers with the rows alone, and becomes the address of the page.
for (const form of document.querySelectorAll("form[data-live]")) {
  const place = document.querySelector(form.dataset.live);
  let waiting = 0, asking = null;
  const ask = async () => {
    const query = new URLSearchParams([...new FormData(form)].filter(([, value]) => value !== ""));
    asking?.abort();
    asking = new AbortController();
    try {
      const answer = await fetch(`${form.getAttribute("action").split("?")[0]}?${query}&part=rows`, { signal: asking.signal });
      if (!answer.ok) { form.submit(); return; }
      place.innerHTML = await answer.text();
      history.replaceState(null, "", `${form.getAttribute("action").split("?")[0]}?${query}`);
    } catch (error) {
      if (error.name !== "AbortError") form.submit();
    }
  };
  // A word that is still being composed with an input method is not asked for.
  form.addEventListener("input", (event) => { if (!event.isComposing) { clearTimeout(waiting); waiting = setTimeout(ask, 160); } });
  form.addEventListener("compositionend", () => { clearTimeout(waiting); waiting = setTimeout(ask, 60); });
  form.addEventListener("submit", (event) => { event.preventDefault(); clearTimeout(waiting); ask(); });
}

// Files dropped on a form are put into its file field; the form is sent by its button, as ever.
for (const form of document.querySelectorAll("form[data-drop]")) {
  const field = form.querySelector('input[type="file"]');
  for (const kind of ["dragenter", "dragover"]) form.addEventListener(kind, (event) => {
    if (event.dataTransfer?.types.includes("Files")) { event.preventDefault(); form.classList.add("dropping"); form.querySelector("details.text-in").open = true; }
  });
  form.addEventListener("dragleave", (event) => { if (!form.contains(event.relatedTarget)) form.classList.remove("dropping"); });
  form.addEventListener("drop", (event) => {
    if (!event.dataTransfer?.files.length) return;
    event.preventDefault();
    form.classList.remove("dropping");
    field.files = event.dataTransfer.files;
    field.focus();
  });
  form.querySelector("textarea")?.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
}

// The words that one candidate rests on stand out in the text while it is pointed at or holds the focus.
const marks = [...document.querySelectorAll(".marks mark[data-of]")];
for (const candidate of document.querySelectorAll("[data-candidate]")) {
  const mine = (on) => { for (const mark of marks) mark.classList.toggle("on", on && mark.dataset.of.split(" ").includes(candidate.dataset.candidate)); };
  for (const kind of ["mouseenter", "focusin"]) candidate.addEventListener(kind, () => mine(true));
  for (const kind of ["mouseleave", "focusout"]) candidate.addEventListener(kind, () => mine(false));
}

document.querySelector("[data-copy]")?.addEventListener("click", async (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const link = event.currentTarget;
  try { await navigator.clipboard.writeText(link.href); link.classList.add("copied"); } catch { location.href = link.href; }
});

// "/" goes to the search field, as in many tools; not while something is typed.
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select")) return;
  const search = document.querySelector('input[type="search"]');
  if (search) { event.preventDefault(); search.focus(); search.select(); }
});
