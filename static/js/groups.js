// Shows an error when a menu of groups cannot be loaded or saved: HTMX itself shows none.

for (const failure of ["htmx:responseError", "htmx:sendError"]) {
  document.addEventListener(failure, (event) => {
    const sheet = event.target.querySelector(".menu-sheet") ?? event.target.closest(".menu-sheet");
    if (!sheet) return;
    const status = sheet.querySelector("[role=status]") ?? sheet.appendChild(document.createElement("p"));
    status.textContent = sheet.dataset.failed;
  });
}
