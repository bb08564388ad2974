// SQL on the database of a package, in the browser. sql.js is loaded when a database is opened, not before.
(function () {
  "use strict";
  var form = document.querySelector("form.query");
  if (!form) return;
  var words = form.dataset, status = form.querySelector(".status"), answer = document.querySelector(".answer");
  var database = null, MOST = 1000;
  form.hidden = false;

  function engine() {
    return new Promise(function (done, failed) {
      if (window.initSqlJs) return done(window.initSqlJs());
      var script = document.createElement("script");
      script.src = words.root + "assets/vendor/sql.js/sql-wasm-inline.js";
      script.onload = function () { done(window.initSqlJs()); };
      script.onerror = function () { failed(new Error("sql.js")); };
      document.head.appendChild(script);
    });
  }

  function open(name, bytes) {
    status.textContent = words.loading;
    return engine().then(function (sql) {
      database = new sql.Database(new Uint8Array(bytes));
      status.textContent = words.ready + name;
      run();
    }).catch(complain);
  }

  function complain(error) { status.textContent = words.failed + error.message; }

  function run() {
    if (!database) { status.textContent = words.empty; return; }
    try {
      var results = database.exec(form.querySelector("#sql").value);
      var last = results[results.length - 1];
      answer.hidden = false;
      answer.textContent = "";
      if (last) answer.appendChild(table(last));
      status.textContent = words.rows.replace("#", last ? last.values.length : 0);
    } catch (error) { complain(error); }
  }

  function table(result) {
    var made = document.createElement("table"), head = made.createTHead().insertRow(), body = made.createTBody();
    made.className = "data";
    result.columns.forEach(function (name) {
      var cell = document.createElement("th");
      cell.scope = "col";
      cell.textContent = name;
      head.appendChild(cell);
    });
    result.values.slice(0, MOST).forEach(function (row) {
      var line = body.insertRow();
      row.forEach(function (value) {
        var cell = line.insertCell();
        cell.textContent = value === null ? "" : String(value);
        if (typeof value === "number") cell.className = "n";
      });
    });
    return made;
  }

  form.addEventListener("submit", function (event) { event.preventDefault(); run(); });
  form.querySelector("#database").addEventListener("change", function (event) {
    var file = event.target.files[0];
    if (file) file.arrayBuffer().then(function (bytes) { open(file.name, bytes); });
  });
  var wanted = new URLSearchParams(location.search).get("package");
  if (wanted && /^[a-z0-9._-]+$/.test(wanted) && location.protocol !== "file:") {
    status.textContent = words.loading;
    fetch(words.root + "packages/" + wanted + "/" + wanted + ".sqlite").then(function (response) {
      if (!response.ok) throw new Error(String(response.status));
      return response.arrayBuffer();
    }).then(function (bytes) { return open(wanted, bytes); }).catch(complain);
  } else {
    status.textContent = words.empty;
  }
})();
