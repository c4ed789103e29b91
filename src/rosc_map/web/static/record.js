// Small helps while an asset is written down; every page works without them.
"use strict";

// A question that hangs on an answer of the same page is shown only after that answer.
for (const part of document.querySelectorAll(".question[data-field]")) {
  const asked = document.getElementsByName(part.dataset.field);
  const show = () => {
    const chosen = [...asked].find((input) => input.checked) || [...asked].find((input) => input.type !== "radio");
    part.hidden = (chosen ? chosen.value.trim() : "") !== part.dataset.answer;
  };
  if (asked.length) {
    for (const input of asked) input.addEventListener("input", show);
    show();
  }
}

// The council and a small map of a postcode, while it is typed. It is asked of our own server alone.
const form = document.querySelector("form[data-look-up]");
const postcode = document.getElementById("postcode");
const found = document.getElementById("place-found");
if (form && postcode && found) {
  let waiting = 0;
  let asked = 0;
  const lookUp = async () => {
    const mine = ++asked;
    const typed = postcode.value.trim();
    if (typed.length < 5) {
      found.replaceChildren();
      return;
    }
    const sent = new URLSearchParams({ csrf: form.elements.csrf.value, postcode: typed });
    const answer = await fetch(form.dataset.lookUp, { method: "POST", body: sent }).catch(() => null);
    if (mine !== asked || !answer || !answer.ok) return;
    // Made by our own template, which escapes what was typed; taken as nodes, no script in it runs.
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (mine === asked) found.replaceChildren(...page.body.childNodes);
  };
  postcode.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(lookUp, 400);
  });
  if (postcode.value.trim() && !postcode.hasAttribute("aria-invalid")) lookUp();
}
