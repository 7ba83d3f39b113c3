/** Strips that scroll sideways begin with the current one of their links in sight. */

for (const current of document.querySelectorAll(":is(.tabs, .subnav) [aria-current]")) {
  const strip = current.closest(".tabs, .subnav");
  const from = current.getBoundingClientRect().left - strip.getBoundingClientRect().left;
  strip.scrollLeft += from - (strip.clientWidth - current.offsetWidth) / 2;
}
