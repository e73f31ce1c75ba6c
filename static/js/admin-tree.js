// Makes dragging work in Unfold's lists: they give each row a table body of its own, while the tree's drag
// script looks for the other rows beside the dragged one. Runs before it, on the same event.
document.addEventListener("DOMContentLoaded", () => {
  const table = document.querySelector("#result_list");
  if (!table || !table.querySelector(".tree-node")) return;
  const [first, ...others] = table.querySelectorAll("tbody");
  for (const body of others) {
    first.append(...body.rows);
    body.remove();
  }
  table.dataset.treeReady = "yes";
});
