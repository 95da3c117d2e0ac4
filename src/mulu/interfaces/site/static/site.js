// Search without a server: the words of every item lie in search.js, which is loaded when somebody begins to search.
"use strict";
const find = document.querySelector("[data-find]");
if (find) {
  const field = find.querySelector("input"), found = find.querySelector(".found");
  const { up, language } = document.body.dataset;
  const folded = (text) => text.normalize("NFKC").toLowerCase();
  let loading = null;
  const index = () => loading ??= new Promise((ready, failed) => {
    const script = document.createElement("script");
    script.src = `${up}static/search.js`;
    script.onload = () => ready(window.muluSearch.map((one) => ({ one, head: folded(`${one[0]} ${one[4]} ${one[5]}`), text: folded(one[6]) })));
    script.onerror = failed;
    document.head.append(script);
  });
  const shown = ({ one }) => {
    const [item, control, presence, certainty, zh, en] = one;
    const link = document.createElement("a");
    link.href = `${up}items/${item}.${language}.html`;
    const mark = document.createElement("span");
    mark.className = `control ${control}`;
    mark.textContent = { zh: { prohibited: "禁止", restricted: "限制" }, en: { prohibited: "prohibited", restricted: "restricted" } }[language][control];
    const name = document.createElement("span");
    name.textContent = language === "zh" ? zh || en : en || zh;
    const more = document.createElement("small");
    more.textContent = language === "zh" ? en : zh;
    if (presence !== "present") more.textContent += ` · ${presence === "open" ? found.dataset.open : found.dataset.absent}`;
    const sure = document.createElement("span");
    sure.className = `certainty ${certainty}`;
    sure.textContent = { zh: { official: "官方", published: "已公布", unconfirmed: "未确认" }, en: { official: "official", published: "published", unconfirmed: "unconfirmed" } }[language][certainty];
    more.append(" ", sure);
    link.append(mark, name, more);
    return link;
  };
  const look = async () => {
    const words = folded(field.value).split(/\s+/).filter(Boolean);
    if (!words.length) { found.hidden = true; return; }
    const all = await index();
    const hits = all.filter(({ head, text }) => words.every((word) => head.includes(word) || text.includes(word)));
    const named = (hit) => words.every((word) => hit.head.includes(word)) ? 0 : 1;
    hits.sort((a, b) => named(a) - named(b));
    if (hits.length) { found.replaceChildren(...hits.map(shown)); } else { const none = document.createElement("p"); none.textContent = found.dataset.none; found.replaceChildren(none); }
    found.hidden = false;
  };
  field.addEventListener("input", (event) => { if (!event.isComposing) look(); });
  field.addEventListener("compositionend", look);
  field.addEventListener("focus", () => { index(); if (field.value) look(); });
  find.addEventListener("submit", (event) => { event.preventDefault(); found.querySelector("a")?.click(); });
  document.addEventListener("click", (event) => { if (!find.contains(event.target)) found.hidden = true; });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") found.hidden = true; });
}
