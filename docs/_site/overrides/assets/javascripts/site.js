/* What the theme lacks for a keyboard and a screen reader: a table that is scrolled can be reached, the search has a name. */
document$.subscribe(() => {
  document.querySelector("[data-md-component=search]")?.setAttribute("aria-label", "Search");
  document.querySelectorAll(".md-typeset__scrollwrap").forEach((wrap) => wrap.setAttribute("tabindex", "0"));
});
