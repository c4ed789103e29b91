/* What the theme lacks for a keyboard and a screen reader: its labels become buttons, the menu and the search open when
   they are asked to and give the focus back, and a table that is scrolled can be reached. */
document$.subscribe(() => {
  const search = document.querySelector("[data-md-component=search]");
  const query = search.querySelector("[data-md-component=search-query]");
  const menu = document.querySelector(".md-sidebar--primary");

  const toggleOf = (button) => document.getElementById(button.getAttribute("for"));

  /* The theme's looks go by class and `for`, so that the button keeps both. */
  const asButton = (label, name) => {
    const button = document.createElement("button");
    for (const { name, value } of label.attributes) if (name !== "tabindex") button.setAttribute(name, value);
    button.type = "button";
    button.classList.add("site-button");
    button.append(...label.childNodes);
    if (name) button.setAttribute("aria-label", name);
    label.replaceWith(button);
    const toggle = toggleOf(button);
    const tell = () => button.setAttribute("aria-expanded", toggle.checked);
    button.addEventListener("click", () => toggle.click());
    toggle.addEventListener("change", tell);
    tell();
    return button;
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

  const menuButton = asButton(document.querySelector(".md-header__button[for=__drawer]"), "Menu");
  const searchButton = asButton(document.querySelector(".md-header__button[for=__search]"), "Search");
  asButton(search.querySelector(".md-search__icon[for=__search]"), "Close the search");
  menu.querySelectorAll("label.md-nav__link").forEach((label) => {
    const page = label.textContent.trim() ? null : label.previousElementSibling.textContent.trim();
    asButton(label, page && `Pages of ${page}`);
  });

  const close = document.createElement("button");
  close.type = "button";
  close.className = "site-close";
  close.textContent = "Close the menu";
  close.addEventListener("click", () => menuButton.click());
  menu.querySelector(".md-nav__title").after(close);

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
      const { key } = event;
      if (key === "Escape" && toggleOf(menuButton).checked) {
        menuButton.click();
      } else if (!forTheme(event)) {
        event.stopPropagation();
        /* Each result is written anew with every letter, and out of the reach of Tab. */
        if (key === "Tab") search.querySelectorAll("a[tabindex]").forEach((found) => found.removeAttribute("tabindex"));
      }
    },
    true,
  );
});
