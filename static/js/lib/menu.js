/** Puts a menu beside the button that opened it, and lets arrow keys walk through it. */

const GAP = 4; // px between button and menu, and to the window's edge

function place(menu, button) {
  const box = button.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = menu;
  const leftwards = (getComputedStyle(menu).direction === "rtl") !== (menu.dataset.menuAlign === "end");
  const left = leftwards ? box.right - width : box.left;
  const below = box.bottom + GAP;
  const above = box.top - GAP - height;
  const wantsAbove = menu.dataset.menuSide === "top" || below + height > innerHeight;
  const top = wantsAbove && above >= 0 ? above : below;
  menu.style.inset = "auto";
  menu.style.left = `${Math.max(GAP, Math.min(left, innerWidth - width - GAP))}px`;
  menu.style.top = `${Math.max(GAP, Math.min(top, innerHeight - height - GAP))}px`;
}

function buttonFor(menu) {
  return [...document.querySelectorAll(`[popovertarget="${CSS.escape(menu.id)}"]`)].find((button) => button.checkVisibility());
}

// toggle does not bubble, so it is caught on the way down
document.addEventListener(
  "toggle",
  (event) => {
    const menu = event.target;
    if (!(menu instanceof HTMLElement) || !menu.matches(".menu[popover]")) return;
    const button = buttonFor(menu);
    const open = event.newState === "open";
    button?.setAttribute("aria-expanded", String(open));
    if (open && button) place(menu, button);
  },
  { capture: true },
);

document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.(".menu:popover-open") ?? document.querySelector(".menu:popover-open");
  if (!menu || !["ArrowDown", "ArrowUp", "Home", "End"].includes(event.key) || event.target.matches("input, textarea")) return;
  const items = [...menu.querySelectorAll("a, button:not(:disabled)")];
  const at = items.indexOf(document.activeElement);
  const next = { ArrowDown: at + 1, ArrowUp: at < 0 ? -1 : at - 1, Home: 0, End: -1 }[event.key];
  event.preventDefault();
  items.at(next % items.length)?.focus();
});

addEventListener("resize", () => document.querySelector(".menu:popover-open")?.hidePopover());
