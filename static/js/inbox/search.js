/** Searches while it is typed; the address says what is searched, so a reload shows the same. */
import { Failed } from "../lib/fragment.js";
import { reload } from "./list.js";

const CALM = 250; // ms
let due;
let latest = 0;

function queryOf(form) {
  const said = [...new FormData(form)].filter(([, value]) => value.trim());
  return new URLSearchParams(said).toString();
}

async function search(form) {
  const query = queryOf(form);
  const mine = (latest += 1);
  try {
    await reload(`/inbox/rows?${query}`);
  } catch (problem) {
    if (mine === latest && problem instanceof Failed) problem.tell();
    return;
  }
  if (mine !== latest) {
    search(form); // an older answer came last
    return;
  }
  history.replaceState(history.state, "", `${location.pathname}${query && `?${query}`}`);
  document.getElementById("export").href = `/inbox/export.csv${query && `?${query}`}`;
}

// Enter looks at once, and leaves the conversation that is open where it is. Escape ends the search; browsers that
// empty the field by themselves say nothing of it
document.addEventListener("keydown", (event) => {
  const form = event.target.closest?.("#search");
  if (!form || event.target.name !== "q" || event.isComposing) return;
  if (event.key === "Escape" && event.target.value) event.target.value = "";
  else if (event.key === "Enter") event.preventDefault();
  else return;
  clearTimeout(due);
  search(form);
});

document.addEventListener("input", (event) => {
  const form = event.target.closest("#search");
  if (!form || event.target.name !== "q") return;
  clearTimeout(due);
  due = setTimeout(search, CALM, form);
});
