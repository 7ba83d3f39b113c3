/** Light, dark, or like the system. The choice is a cookie, so the server draws the next page right from the start. */

const YEAR = 365 * 24 * 3600; // seconds
const root = document.documentElement;

function show() {
  const chosen = root.dataset.theme ?? "system";
  for (const button of document.querySelectorAll("[data-theme-choice]")) {
    button.setAttribute("aria-pressed", String(button.dataset.themeChoice === chosen));
  }
}

document.addEventListener("click", (event) => {
  const choice = event.target.closest("[data-theme-choice]")?.dataset.themeChoice;
  if (!choice) return;
  const secure = location.protocol === "https:" ? "; Secure" : "";
  const age = choice === "system" ? 0 : YEAR;
  document.cookie = `theme=${choice}; Path=/; Max-Age=${age}; SameSite=Lax${secure}`;
  if (choice === "system") delete root.dataset.theme;
  else root.dataset.theme = choice;
  show();
});

show();
