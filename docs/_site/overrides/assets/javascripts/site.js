/* What the theme lacks for a keyboard and a screen reader: its labels become buttons, the menu and the search open when
   they are asked to and give the focus back, and a table that is scrolled can be reached. */
document$.subscribe(() => {
  const search = document.querySelector("[data-md-component=search]");
  const query = search.querySelector("[data-md-component=search-query]");
  const menu = document.querySelector(".md-sidebar--primary");
  const menuButton = document.querySelector(".md-header__button[for=__drawer]");
  const searchButton = document.querySelector(".md-header__button[for=__search]");

  const toggleOf = (label) => document.getElementById(label.htmlFor);

  const makeButton = (label, name) => {
    const toggle = toggleOf(label);
    const tell = () => label.setAttribute("aria-expanded", toggle.checked);
    label.setAttribute("role", "button");
    label.setAttribute("tabindex", "0");
    if (name) label.setAttribute("aria-label", name);
    toggle.addEventListener("change", tell);
    tell();
  };

  const opens = (panel, button, first) => {
    const toggle = toggleOf(button);
    toggle.addEventListener("change", () => {
      if (toggle.checked) first.focus();
      else if (panel.contains(document.activeElement)) button.focus();
    });
    panel.addEventListener("focusout", ({ relatedTarget }) => {
      if (toggle.checked && relatedTarget && !panel.contains(relatedTarget)) toggle.click();
    });
  };

  const close = document.createElement("button");
  close.type = "button";
  close.className = "site-close";
  close.textContent = "Close the menu";
  close.addEventListener("click", () => toggleOf(menuButton).click());
  menu.querySelector(".md-nav__title").after(close);

  makeButton(menuButton, "Menu");
  makeButton(searchButton, "Search");
  makeButton(search.querySelector(".md-search__icon[for=__search]"), "Close the search");
  menu.querySelectorAll("label.md-nav__link").forEach((label) => {
    const page = label.textContent.trim() ? null : label.previousElementSibling.textContent.trim();
    makeButton(label, page && `Pages of ${page}`);
  });
  opens(menu, menuButton, close);
  opens(search, searchButton, query);

  search.setAttribute("aria-label", "Search");
  search.querySelector("[type=reset]").removeAttribute("tabindex");
  document.querySelectorAll(".md-typeset__scrollwrap").forEach((wrap) => wrap.setAttribute("tabindex", "0"));

  /* The theme listens at the window, so that a key which is stopped here is not one of its shortcuts: it would take
     single letters for commands, close the search at Tab, and carry the focus off its results at every other key. */
  const forTheme = ({ key, target }) => {
    if (search.contains(target)) return /^(Escape|ArrowUp|ArrowDown)$/.test(key) || (target === query && key !== "Tab");
    return key.length > 1;
  };
  document.addEventListener(
    "keydown",
    (event) => {
      const { key, target } = event;
      if (target.matches("label[role=button]") && (key === "Enter" || key === " ")) {
        event.preventDefault();
        event.stopPropagation();
        target.click();
      } else if (key === "Escape" && toggleOf(menuButton).checked) {
        toggleOf(menuButton).click();
      } else if (!forTheme(event)) {
        event.stopPropagation();
        /* Each result is written anew with every letter, and out of the reach of Tab. */
        if (key === "Tab") search.querySelectorAll("a[tabindex]").forEach((found) => found.removeAttribute("tabindex"));
      }
    },
    true,
  );
});
