// What is wrong is read out first, and the next key leads to it. The page works without this too.
"use strict";
document.querySelector(".error-summary")?.focus();
