// Says so when a menu of groups cannot be shown or saved: HTMX itself would keep silent.

for (const failure of ["htmx:responseError", "htmx:sendError"]) {
  document.addEventListener(failure, (event) => {
    const sheet = event.target.querySelector(".menu-sheet") ?? event.target.closest(".menu-sheet");
    if (!sheet) return;
    const said = sheet.querySelector("[role=status]") ?? sheet.appendChild(document.createElement("p"));
    said.textContent = sheet.dataset.failed;
  });
}
