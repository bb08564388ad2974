// Before anything is drawn: the light or dark that the reader chose last time.
try {
  var chosen = localStorage.getItem("openbudget-theme");
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
} catch (refused) { /* storage is closed: the system's choice holds */ }
