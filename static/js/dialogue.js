/** A dialogue's form: turns and checks come and go; each turn's fields carry its own key. */
let made = 0;

function addTurn() {
  const shape = document.getElementById("turn-shape").innerHTML.replaceAll("KEY", `new${(made += 1)}`);
  const turns = document.getElementById("turns");
  turns.insertAdjacentHTML("beforeend", shape);
  turns.lastElementChild.querySelector("textarea").focus();
}

function addCheck(turn) {
  const rows = turn.querySelectorAll("[data-check]");
  const row = rows[rows.length - 1].cloneNode(true);
  for (const field of row.querySelectorAll("input")) field.value = "";
  for (const field of row.querySelectorAll("select")) field.selectedIndex = 0;
  turn.querySelector("[data-checks]").append(row);
  row.querySelector("select").focus();
}

function removeCheck(row) {
  const turn = row.closest("[data-turn]");
  if (turn.querySelectorAll("[data-check]").length === 1) addCheck(turn); // there is always one to fill in
  row.remove();
  turn.querySelector("[data-add-check]").focus();
}

function removeTurn(turn) {
  turn.remove();
  if (!document.querySelector("[data-turn]")) addTurn();
  document.querySelector("[data-add-turn]").focus();
}

document.addEventListener("click", ({ target }) => {
  const turn = target.closest("[data-turn]");
  if (target.closest("[data-add-turn]")) addTurn();
  else if (target.closest("[data-add-check]")) addCheck(turn);
  else if (target.closest("[data-remove-check]")) removeCheck(target.closest("[data-check]"));
  else if (target.closest("[data-remove-turn]")) removeTurn(turn);
  else return;
  document.getElementById("dialogue-form").dispatchEvent(new Event("change", { bubbles: true }));
});
