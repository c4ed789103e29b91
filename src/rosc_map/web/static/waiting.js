// Asks now and then whether what is waited for is there, and shows it then. Without it the page loads itself anew.
"use strict";
const told = document.getElementById("waiting");
let asked = 0;
async function look() {
  try {
    const answer = await fetch(location.href, { redirect: "manual" });
    if (answer.status !== 202) { location.reload(); return; }
  } catch { /* no signal: try again */ }
  asked += 1;
  if (asked % 5 === 0) { told.textContent = "Still being made. You can wait here, or come back later."; }
  setTimeout(look, 3000);
}
setTimeout(look, 2000);
