// Asks now and then whether what is waited for is there, and shows it then. Without it the page loads itself anew.
"use strict";
const told = document.getElementById("waiting");
let asked = 0;
let words = told.textContent;
async function look() {
  try {
    const answer = await fetch(location.href, { redirect: "manual" });
    if (answer.status !== 202) { location.reload(); return; }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const said = page.getElementById("waiting").textContent;
    if (said !== words) { words = said; asked = 0; told.textContent = said; }
  } catch { /* no signal: try again */ }
  asked += 1;
  if (asked % 5 === 0) { told.textContent = "Still being made. You can wait here, or come back later."; }
  setTimeout(look, 3000);
}
setTimeout(look, 2000);
